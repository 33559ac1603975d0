// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import java.util.concurrent.atomic.AtomicLong;

/** Counts of a check under way. Thread-safe. */
final class Tally {

    final AtomicLong objects = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong frames = new AtomicLong();
    final AtomicLong snapshots = new AtomicLong();
    final AtomicLong blocks = new AtomicLong();
    final AtomicLong walBytes = new AtomicLong();

    CheckReport.Counts counts() {
        return new CheckReport.Counts(objects.get(), bytes.get(), frames.get(), snapshots.get(), blocks.get(),
                walBytes.get());
    }
}
