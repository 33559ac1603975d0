// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.util.List;

/**
 * What the writers knew at one moment.
 *
 * @param writers one entry for each writer
 */
record Tally(List<Count> writers) {

    /**
     * One writer's count.
     *
     * @param number which writer
     * @param acknowledged it was told that commits 1 to this are done
     * @param unknown whether one more may or may not be
     */
    record Count(int number, int acknowledged, boolean unknown) {}

    long acknowledged() {
        return writers.stream().mapToLong(Count::acknowledged).sum();
    }

    long unknown() {
        return writers.stream().filter(Count::unknown).count();
    }
}
