// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Reads what of a system is to be kept: the section {@code retention}, the variables of backup scripts, a preset. */
final class RetentionReader {

    /** What the window is at least, unless a policy says otherwise. */
    static final Duration WINDOW_DEFAULT = Duration.ofDays(7);

    private static final Duration LENGTH_MAX = Duration.ofDays(36_525);
    private static final int COUNT_MAX = 100_000;

    /** In which variables scripts say how many periods they keep; later ones count for less. */
    private static final Map<Tier, List<String>> VARIABLES = new EnumMap<>(
            Map.of(Tier.DAILY, List.of("BACKUP_RETENTION_DAILY", "BACKUP_RETENTION_DAYS"), Tier.WEEKLY,
                    List.of("BACKUP_RETENTION_WEEKLY"), Tier.MONTHLY,
                    List.of("BACKUP_RETENTION_MONTHLY", "MONTHLY_RETENTION_MONTHS")));

    private final YamlSection system;
    private final YamlSection section;
    private final Map<String, String> environment;

    private RetentionReader(YamlSection system, YamlSection section, Map<String, String> environment) {
        this.system = system;
        this.section = section;
        this.environment = environment;
    }

    /** Empty if nothing is said: then everything is kept. */
    static Optional<RetentionPolicy> read(YamlSection system, Map<String, String> environment) {
        boolean isInEnvironment =
                VARIABLES.values().stream().flatMap(List::stream).anyMatch(environment::containsKey);
        boolean isSaid = system.has("retention");
        YamlSection section = system.section("retention");
        if (!isSaid && !isInEnvironment) {
            return Optional.empty();
        }
        return Optional.of(new RetentionReader(system, section, environment).policy());
    }

    private RetentionPolicy policy() {
        Preset preset = section.value("preset", Preset::named).orElse(Preset.NONE);
        Map<Tier, Integer> tiers = new EnumMap<>(Tier.class);
        tiers.putAll(preset.tiers);
        VARIABLES.forEach((tier, names) -> variable(names).ifPresent(count -> tiers.put(tier, count)));
        for (Tier tier : Tier.values()) {
            section.value(tier.word(), RetentionReader::count).ifPresent(count -> tiers.put(tier, count));
        }
        tiers.values().removeIf(count -> count == 0);
        Duration within = section.value("keep-within", RetentionReader::length).orElse(Duration.ZERO);
        int minimum = section.value("minimum", RetentionReader::count).orElse(preset.minimum);
        if (minimum == 0) {
            section.problem("minimum", "at least 1: the newest snapshot is always kept");
        }
        Duration window = section.value("window", RetentionReader::length)
                .orElse(BinaryOperator.maxBy(Duration::compareTo).apply(within, WINDOW_DEFAULT));
        ZoneId zone = section.value("time-zone", RetentionReader::zone).orElse(ZoneOffset.UTC);
        Map<String, Term> tags = tags(preset);
        if (tiers.isEmpty() && within.isZero()) {
            system.problem("retention", "say what to keep: a preset, a tier such as daily: 30, or keep-within: 30d");
        }
        section.end();
        return new RetentionPolicy(tiers, within, tags, Math.max(1, minimum), window, zone);
    }

    private Map<String, Term> tags(Preset preset) {
        Map<String, Term> tags = new TreeMap<>(preset.tags);
        YamlSection said = section.section("tags");
        for (String tag : said.keys()) {
            said.value(tag, RetentionReader::term).ifPresent(term -> tags.put(tag, term));
        }
        said.end();
        return tags;
    }

    private Optional<Integer> variable(List<String> names) {
        Optional<Integer> found = Optional.empty();
        for (String name : names) {
            String text = environment.get(name);
            if (text == null || text.isBlank()) {
                continue;
            }
            try {
                int count = count(text);
                if (found.isPresent() && found.get() != count) {
                    system.problem("retention", names.getFirst() + " and " + name + " in the environment disagree");
                }
                found = found.isPresent() ? found : Optional.of(count);
            } catch (IllegalArgumentException e) {
                system.problem("retention", name + " in the environment: " + e.getMessage());
            }
        }
        return found;
    }

    private static int count(String text) {
        if (!text.strip().matches("\\d{1,6}") || Integer.parseInt(text.strip()) > COUNT_MAX) {
            throw new IllegalArgumentException("'" + text + "' is not a number from 0 to " + COUNT_MAX);
        }
        return Integer.parseInt(text.strip());
    }

    private static Duration length(String text) {
        if (text.strip().matches("\\d+\\s*m")) {
            throw new IllegalArgumentException("'" + text + "' may be minutes or months: write min, h or d");
        }
        Duration length = Quantity.duration(text);
        if (length.compareTo(LENGTH_MAX) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than a hundred years");
        }
        return length;
    }

    private static Term term(String text) {
        return text.strip().equals("forever") ? Term.FOREVER : Term.of(length(text));
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time zone such as Europe/Berlin or UTC", e);
        }
    }

    /** What one of the plans that Muster began with asks for. */
    private record Preset(Map<Tier, Integer> tiers, Map<String, Term> tags, int minimum) {

        private static final Preset NONE = new Preset(Map.of(), Map.of(), 1);

        private static final Map<String, Preset> NAMED = new TreeMap<>(Map.of(
                "care-commons", new Preset(Map.of(Tier.DAILY, 30, Tier.MONTHLY, 12), Map.of(), 7),
                "medicalcor",
                new Preset(Map.of(Tier.HOURLY, 24, Tier.DAILY, 7, Tier.WEEKLY, 4, Tier.MONTHLY, 12), Map.of(), 1),
                "revrx",
                new Preset(Map.of(Tier.DAILY, 30), Map.of("manual", Term.of(Duration.ofDays(90)), "pre-deploy",
                        Term.of(Duration.ofDays(90))), 1),
                "keneyapp", new Preset(Map.of(Tier.DAILY, 30, Tier.MONTHLY, 12), Map.of(), 1)));

        static Preset named(String text) {
            Preset preset = NAMED.get(text.strip());
            if (preset == null) {
                throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", NAMED.keySet()));
            }
            return preset;
        }
    }
}
