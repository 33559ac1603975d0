// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The test methods of all modules, read from their sources because no module sees the others' tests. */
record TestSources(Map<String, String> sourceByClass) {

    private static final Pattern RUNS = Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b.*");

    static TestSources read(Path root) throws IOException {
        var sources = new HashMap<String, String>();
        for (var module : List.of("vault", "clouds", "app", "acceptance")) {
            var tests = root.resolve(module).resolve("src/test/java");
            if (Files.isDirectory(tests)) {
                try (var files = Files.walk(tests)) {
                    for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                        // Two modules may have a test class of one name.
                        sources.merge(className(file), Files.readString(file), (one, other) -> one + "\n\n" + other);
                    }
                }
            }
        }
        return new TestSources(Map.copyOf(sources));
    }

    private static String className(Path file) {
        var name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - ".java".length());
    }

    /** Whether {@code ClassName#methodName} is a method that JUnit runs: annotated as a test and not disabled. */
    boolean runs(String name) {
        var hash = name.indexOf('#');
        var source = sourceByClass.getOrDefault(name.substring(0, Math.max(0, hash)), "");
        var method = Pattern.compile("\\bvoid " + Pattern.quote(name.substring(hash + 1)) + "\\(").matcher(source);
        if (!method.find()) {
            return false;
        }
        // Methods are set apart by empty lines, so that the annotations are the lines up to the one before.
        var above = source.substring(0, method.start());
        var annotations = above.substring(above.lastIndexOf("\n\n") + 1).lines().map(String::strip).toList();
        return annotations.stream().anyMatch(line -> RUNS.matcher(line).matches())
                && !source.contains("\n@Disabled")
                && annotations.stream().noneMatch(line -> line.startsWith("@Disabled"));
    }
}
