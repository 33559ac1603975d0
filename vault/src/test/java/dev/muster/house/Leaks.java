// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Texts that only mean something on the machine where they were written: absolute paths of its users, addresses of
 * package registries. The patterns are put together from parts, so that this source does not contain what it forbids.
 */
final class Leaks {

    /** Folders that are built or belong to a tool. */
    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", ".idea", ".vscode", ".settings");

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.$}~/:-])/(" + "home|" + "root|" + "work|" + "Users" + ")/[\\w.]");

    private static final Pattern REGISTRY = Pattern.compile(String.join("|",
            "\\brepo1?\\.maven\\.(apache\\.)?" + "org\\b",
            "\\bregistry\\.(npmjs|yarnpkg)\\." + "(org|com)\\b",
            "\\b(pypi|files\\.pythonhosted)\\." + "org\\b",
            "\\b(crates\\.io|static\\.crates|index\\.crates|rubygems\\.org|proxy\\.golang)\\b",
            "//[\\w.-]*(artifactory|nexus|pypi|npm|maven-proxy|registry-mirror)[\\w.-]*[:/]",
            "/(artifactory|nexus)/(api|repository)\\b",
            "\\b_auth" + "Token\\b|--(extra-)?index-" + "url\\b"));

    private Leaks() {}

    /** Checks the texts of the repository; files that are no UTF-8 text are passed over. */
    static List<Violation> check(Path root) {
        var found = new ArrayList<Violation>();
        for (var path : files(root)) {
            try {
                found.addAll(check(root.relativize(path).toString(), Files.readString(path, StandardCharsets.UTF_8)));
            } catch (CharacterCodingException _) {
                // no text
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    static List<Violation> check(String name, String text) {
        var found = new ArrayList<Violation>();
        var lines = text.lines().toList();
        for (var i = 0; i < lines.size(); i++) {
            if (MACHINE_PATH.matcher(lines.get(i)).find()) {
                found.add(new Violation(name, i + 1, "a path of one machine"));
            }
            if (REGISTRY.matcher(lines.get(i)).find()) {
                found.add(new Violation(name, i + 1, "the address of a package registry"));
            }
        }
        return found;
    }

    /** What git tracks; in an unpacked archive without git, everything that is not built. */
    private static List<Path> files(Path root) {
        try {
            return Files.exists(root.resolve(".git")) ? tracked(root) : walked(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> tracked(Path root) throws IOException {
        var git = new ProcessBuilder("git", "ls-files", "-z").directory(root.toFile()).start();
        try (var output = git.inputReader()) {
            return Stream.of(output.readAllAsString().split("\0"))
                    .map(root::resolve)
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static List<Path> walked(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> StreamSupport.stream(root.relativize(path).spliterator(), false)
                            .noneMatch(part -> SKIPPED_FOLDERS.contains(part.toString())))
                    .sorted()
                    .toList();
        }
    }
}
