// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import java.util.concurrent.atomic.AtomicLong;

/** How far one part of a check is. Thread-safe. */
final class Advance {

    private final CheckProgress progress;
    private final CheckProgress.Part part;
    private final long total;
    private final AtomicLong done = new AtomicLong();

    Advance(CheckProgress progress, CheckProgress.Part part, long total) {
        this.progress = progress;
        this.part = part;
        this.total = total;
    }

    /** So many bytes more are checked. */
    void more(long bytes) {
        progress.at(part, done.addAndGet(bytes), total);
    }
}
