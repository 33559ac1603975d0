// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * A median with its interval, which makes no assumption of how the values are distributed: it lies between the k-th smallest
 * and the k-th largest value, k as large as 95 % confidence allows by the binomial distribution. Below six values there is
 * no such k: then it is the range, with what confidence that gives.
 *
 * @param count how many values
 * @param median the middle one, or the mean of the two in the middle
 * @param low the interval's lower end
 * @param high the interval's upper end
 * @param confidence that the median of all that could have been measured lies in the interval, 0 to 1
 */
record Spread(int count, double median, double low, double high, double confidence) {

    private static final double CONFIDENCE_WANTED = 0.95;

    static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        var count = sorted.length;
        var rank = 1;
        while (rank < (count + 1) / 2 && confidence(count, rank + 1) >= CONFIDENCE_WANTED) {
            rank++;
        }
        return new Spread(count, median(sorted), sorted[rank - 1], sorted[count - rank], confidence(count, rank));
    }

    /** Whether the interval has the confidence that is wanted; else it is only the range. */
    boolean isInterval() {
        return confidence >= CONFIDENCE_WANTED;
    }

    /** The interval's width as a share of the median; 0 if the median is. */
    double noise() {
        return median == 0 ? 0 : (high - low) / median;
    }

    /** As in {@code 12.3 (11.8 to 13.0)}; of a single value only that. */
    String text(int decimals) {
        var number = "%." + decimals + "f";
        return count == 1
                ? String.format(Locale.ROOT, number, median)
                : String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, low, high);
    }

    private static double median(double[] sorted) {
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** That the median is not outside the k-th smallest and the k-th largest of n values: 1 - 2 P(Bin(n, 1/2) < k). */
    private static double confidence(int count, int rank) {
        var term = Math.pow(0.5, count);
        var below = 0.0;
        for (var successes = 0; successes < rank; successes++) {
            below += term;
            term = term * (count - successes) / (successes + 1);
        }
        return Math.max(0, 1 - 2 * below);
    }

    static Spread of(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }
}
