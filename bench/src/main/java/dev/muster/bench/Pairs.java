// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Ratios between samples of the same round: what the machine did in that round divides out. */
final class Pairs {

    private Pairs() {}

    /** One ratio for each round in which both have the figure and the second is not zero, in order of rounds. */
    static List<Double> ratios(Results above, Results below, String figure) {
        var first = byRound(above, figure);
        var second = byRound(below, figure);
        return first.entrySet().stream()
                .filter(each -> second.getOrDefault(each.getKey(), 0.0) != 0)
                .map(each -> each.getValue() / second.getOrDefault(each.getKey(), 1.0))
                .toList();
    }

    /** Their spread; empty if there is no pair. */
    static Optional<Spread> ratio(Results above, Results below, String figure) {
        var ratios = ratios(above, below, figure);
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    private static Map<Integer, Double> byRound(Results results, String figure) {
        var rounds = new TreeMap<Integer, Double>();
        for (var sample : results.samples()) {
            sample.figure(figure).ifPresent(value -> {
                if (rounds.put(sample.round(), value) != null) {
                    throw new IllegalArgumentException("round " + sample.round() + " is there twice: " + sample.line());
                }
            });
        }
        return rounds;
    }
}
