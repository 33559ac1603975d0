// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code synchronous_standby_names} asks for: the grammar is that of PostgreSQL's syncrep_gram.y.
 *
 * @param any whether any so many of them will do, rather than the first so many
 * @param count how many a commit waits for
 * @param names as they are written, without quotes
 */
public record StandbyNames(boolean any, int count, List<String> names) {

    private static final String EVERYONE = "*";
    private static final Pattern TOKEN = Pattern.compile("\\s*(\"(?:[^\"]|\"\")*\"|[(),]|[^\\s(),\"]+)\\s*");
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*|\\*");

    public StandbyNames {
        names = List.copyOf(names);
    }

    /** What the setting says; nothing if it is empty, or cannot be read. */
    public static Optional<StandbyNames> parse(String setting) {
        var tokens = tokens(setting);
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        var open = tokens.indexOf("(");
        if (open < 0) {
            return Optional.of(new StandbyNames(false, 1, names(tokens)));
        }
        var method = tokens.getFirst().toUpperCase(Locale.ROOT);
        var any = method.equals("ANY");
        var number = any || method.equals("FIRST") ? 1 : 0;
        if (open != number + 1 || !tokens.getLast().equals(")") || !tokens.get(number).matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(new StandbyNames(any, Integer.parseInt(tokens.get(number)),
                names(tokens.subList(open + 1, tokens.size() - 1))));
    }

    private static List<String> tokens(String setting) {
        var tokens = new ArrayList<String>();
        var matcher = TOKEN.matcher(setting);
        while (matcher.lookingAt()) {
            tokens.add(matcher.group(1));
            matcher.region(matcher.end(), setting.length());
        }
        return matcher.regionStart() == setting.length() ? tokens : List.of();
    }

    private static List<String> names(List<String> tokens) {
        return tokens.stream().filter(token -> !token.equals(",")).map(StandbyNames::unquoted).toList();
    }

    private static String unquoted(String token) {
        return token.startsWith("\"") ? token.substring(1, token.length() - 1).replace("\"\"", "\"") : token;
    }

    /** Whether a standby that calls itself so is meant. */
    public boolean name(String applicationName) {
        return names.stream().anyMatch(each -> isMeant(each, applicationName));
    }

    /** Whether commits wait for this standby whenever it is there, and for no other in its stead. */
    public boolean demand(String applicationName) {
        var place = 0;
        while (place < names.size() && !isMeant(names.get(place), applicationName)) {
            place++;
        }
        var sure = any ? count >= names.size() : place < count;
        return place < names.size() && !names.get(place).equals(EVERYONE) && sure;
    }

    /** Whether commits can go on without this standby. */
    public boolean spare(String applicationName) {
        var others = names.stream().filter(each -> each.equals(EVERYONE) || !isMeant(each, applicationName)).count();
        return others >= count;
    }

    private static boolean isMeant(String name, String applicationName) {
        return name.equals(EVERYONE) || name.equalsIgnoreCase(applicationName);
    }

    /** What to set so that commits wait for this standby, and for another one while it is away. */
    public static String advised(Optional<StandbyNames> now, String applicationName) {
        var others = now.stream()
                .flatMap(names -> names.names.stream())
                .filter(each -> !isMeant(each, applicationName))
                .map(StandbyNames::quoted)
                .collect(Collectors.joining(", "));
        return "FIRST 1 (" + quoted(applicationName) + ", " + (others.isEmpty() ? "other_standby" : others) + ")";
    }

    private static String quoted(String name) {
        return PLAIN.matcher(name).matches() ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
