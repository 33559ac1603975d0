// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was said, from whichever source, read as what it means. An empty value is no value. */
record Said(Map<Keyword, String> values) {

    Optional<String> text(Keyword keyword) {
        return Optional.ofNullable(values.get(keyword)).filter(value -> !value.isEmpty());
    }

    /** The parts of a value between commas, the empty ones too; nothing if there is no value. */
    List<String> list(Keyword keyword) {
        return text(keyword).map(value -> List.of(value.split(",", -1))).orElse(List.of());
    }

    OptionalInt number(Keyword keyword) {
        var value = text(keyword);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(keyword, value.get()));
    }

    private static int number(Keyword keyword, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new ConninfoFault.Invalid("The value is not a whole number", keyword.text(), e);
        }
    }

    boolean flag(Keyword keyword, boolean otherwise) {
        var value = text(keyword);
        if (value.isEmpty()) {
            return otherwise;
        }
        return switch (value.get()) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new ConninfoFault.Invalid("The value is neither 0 nor 1", keyword.text());
        };
    }

    Optional<Path> path(Keyword keyword) {
        return text(keyword).map(value -> path(keyword, value));
    }

    private static Path path(Keyword keyword, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new ConninfoFault.Invalid("The value is not the path of a file", keyword.text(), e);
        }
    }

    <E extends Enum<E> & Spelled> E choice(Keyword keyword, Class<E> choices, E otherwise) {
        return text(keyword).map(value -> choice(keyword, choices, value)).orElse(otherwise);
    }

    static <E extends Enum<E> & Spelled> E choice(Keyword keyword, Class<E> choices, String value) {
        var all = Arrays.asList(choices.getEnumConstants());
        return all.stream()
                .filter(each -> each.text().equals(value))
                .findFirst()
                .orElseThrow(() -> new ConninfoFault.Invalid("The value '" + value + "' is none of "
                        + all.stream().map(Spelled::text).collect(Collectors.joining(", ")), keyword.text()));
    }

    /** What was said, with one thing more; null adds nothing. */
    void putIfAbsent(Keyword keyword, @Nullable String value) {
        if (value != null) {
            values.putIfAbsent(keyword, value);
        }
    }
}
