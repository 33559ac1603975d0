// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.datadir.BadPage;
import java.util.ArrayList;
import java.util.List;

/** The bad pages of a backup: the first of them, and how many there are. */
final class BadPages {

    /** Enough to see what is damaged; a disk that returns zeros or noise has millions. */
    static final int KEPT_MAX = 1000;

    private final List<BadPage> kept = new ArrayList<>();
    private long count;

    void add(BadPage page) {
        count++;
        if (kept.size() < KEPT_MAX) {
            kept.add(page);
        }
    }

    long count() {
        return count;
    }

    List<BadPage> kept() {
        return List.copyOf(kept);
    }
}
