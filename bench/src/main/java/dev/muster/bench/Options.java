// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was asked for: {@code --name value} each, {@code --name=value}, or {@code --name} alone for what has no value. An
 * option may be given several times; the last one counts, or all of them where several make sense.
 */
final class Options {

    private static final Set<String> ALONE = Set.of("quick");
    private static final Set<String> NAMES =
            Set.of("scenarios", "data", "cache", "size", "rounds", "days", "churn", "wal",
                    "peers", "peer", "program", "bin", "directory", "results", "user", "seed", "date", "write", "java",
                    "s3proxy",
                    "muster");
    private static final long KILO = 1000;

    private record Given(String name, String value) {}

    private final List<Given> given;

    private Options(List<Given> given) {
        this.given = given;
    }

    /** Throws IllegalArgumentException for what is no option. */
    static Options parse(List<String> arguments) {
        var given = new ArrayList<Given>();
        for (var left = arguments.iterator(); left.hasNext();) {
            var argument = left.next();
            var name = argument.replaceFirst("^--", "").replaceFirst("=.*", "");
            if (!argument.startsWith("--") || (!NAMES.contains(name) && !ALONE.contains(name))) {
                throw new IllegalArgumentException("no such option: " + argument + "; there are --"
                        + String.join(", --", new TreeSet<>(NAMES)) + ", --"
                        + String.join(", --", new TreeSet<>(ALONE)));
            }
            if (ALONE.contains(name)) {
                given.add(new Given(name, "true"));
            } else if (argument.contains("=")) {
                given.add(new Given(name, argument.substring(argument.indexOf('=') + 1)));
            } else if (left.hasNext()) {
                given.add(new Given(name, left.next()));
            } else {
                throw new IllegalArgumentException(argument + " needs a value");
            }
        }
        return new Options(given);
    }

    boolean has(String name) {
        return last(name).isPresent();
    }

    List<String> all(String name) {
        return given.stream().filter(each -> each.name().equals(name)).map(Given::value).toList();
    }

    Optional<String> last(String name) {
        return all(name).stream().reduce((first, second) -> second);
    }

    String text(String name, String otherwise) {
        return last(name).orElse(otherwise);
    }

    /** Of values between commas. */
    List<String> several(String name, String otherwise) {
        return List.of(text(name, otherwise).split(","));
    }

    /** With {@code --quick} the default is another one. */
    String text(String name, String otherwise, String quick) {
        return text(name, has("quick") ? quick : otherwise);
    }

    int number(String name, int otherwise, int quick) {
        return Integer.parseInt(text(name, Integer.toString(otherwise), Integer.toString(quick)));
    }

    /** A size such as {@code 64MB} or {@code 2GB}, in bytes. */
    static long size(String text) {
        var unit = text.replaceFirst("^[0-9]+", "");
        var number = Long.parseLong(text.substring(0, text.length() - unit.length()));
        return switch (unit) {
            case "", "B" -> number;
            case "kB" -> number * KILO;
            case "MB" -> number * KILO * KILO;
            case "GB" -> number * KILO * KILO * KILO;
            default -> throw new IllegalArgumentException("no size: " + text + " (as in 64MB, 2GB)");
        };
    }

    /** The binary that was named for a program, {@code --program NAME=PATH}. */
    Optional<Path> program(String name) {
        return all("program").stream().filter(each -> each.startsWith(name + "=")).reduce((first, second) -> second)
                .map(each -> Path.of(each.substring(name.length() + 1)).toAbsolutePath());
    }
}
