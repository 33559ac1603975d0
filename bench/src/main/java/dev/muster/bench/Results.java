// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * All that one or more runs found: a text with lines {@code # fact} and lines of samples.
 *
 * @param facts as they were written, each once
 * @param samples in the order in which they were measured
 */
record Results(List<String> facts, List<Sample> samples) {

    private static final String FACT = "# ";

    Results {
        facts = List.copyOf(facts);
        samples = List.copyOf(samples);
    }

    static Results parse(Collection<String> lines) {
        var facts = new LinkedHashSet<String>();
        var samples = new ArrayList<Sample>();
        for (var line : lines) {
            if (line.startsWith(FACT)) {
                facts.add(line.substring(FACT.length()));
            } else if (!line.isBlank()) {
                samples.add(Sample.parse(line));
            }
        }
        return new Results(List.copyOf(facts), samples);
    }

    static String factLine(String fact) {
        return FACT + fact;
    }

    Results only(Predicate<Sample> which) {
        return new Results(facts, samples.stream().filter(which).toList());
    }

    /** What the samples have of this, each once, in order. */
    List<String> each(Function<Sample, String> of) {
        return samples.stream().map(of).distinct().toList();
    }

    /** The figures of this name, of samples that have it. */
    List<Double> figures(String name) {
        return samples.stream().flatMap(sample -> sample.figure(name).stream()).toList();
    }
}
