// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One turn of one peer. As a line: six fields and then {@code figure=number} each, between tabs.
 *
 * @param scenario what was measured
 * @param data the kind of data
 * @param cache what the page cache held before: {@code warm} or {@code cold}
 * @param round from 0; what has the same round makes a pair
 * @param peer who
 * @param step of the scenario
 * @param figures by name; see {@link Figure}
 */
record Sample(String scenario, String data, String cache, int round, String peer, String step,
        Map<String, Double> figures) {

    private static final int FIELDS = 6;

    Sample {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    Optional<Double> figure(String name) {
        return Optional.ofNullable(figures.get(name));
    }

    String line() {
        var fixed = String.join("\t", scenario, data, cache, Integer.toString(round), peer, step);
        return figures.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("\t", fixed + "\t", ""));
    }

    /** Throws IllegalArgumentException if it is no line of a sample. */
    static Sample parse(String line) {
        var fields = List.of(line.split("\t"));
        if (fields.size() <= FIELDS) {
            throw new IllegalArgumentException("no sample: " + line);
        }
        return new Sample(fields.get(0), fields.get(1), fields.get(2), Integer.parseInt(fields.get(3)), fields.get(4),
                fields.get(5), figures(fields.subList(FIELDS, fields.size())));
    }

    /** Of texts {@code name=number}. Throws IllegalArgumentException if one is none. */
    static Map<String, Double> figures(List<String> texts) {
        var figures = new LinkedHashMap<String, Double>();
        for (var text : texts) {
            var parts = Arrays.asList(text.split("=", 2));
            if (parts.size() < 2) {
                throw new IllegalArgumentException("no figure: " + text);
            }
            figures.put(parts.getFirst(), Double.valueOf(parts.getLast()));
        }
        return figures;
    }
}
