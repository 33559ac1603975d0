// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;

/**
 * A stretch of WAL without which a snapshot is of no use.
 *
 * @param incarnation the history of WAL that it is of
 * @param timeline as PostgreSQL numbers it, from 1
 * @param start LSN of the first byte; unsigned
 * @param end LSN behind the last byte; unsigned, not below the start
 */
public record WalNeed(Uid incarnation, long timeline, long start, long end) {

    public WalNeed {
        if (!isSense(timeline, start, end)) {
            throw new IllegalArgumentException("a need of WAL from " + start + " to " + end + " of " + timeline);
        }
    }

    public static WalNeed read(Decoder in) {
        Uid incarnation = in.uid();
        long timeline = in.u32();
        long start = in.u64();
        long end = in.u64();
        if (!isSense(timeline, start, end)) {
            throw in.damage("a need of WAL that ends before it begins, or on no timeline");
        }
        return new WalNeed(incarnation, timeline, start, end);
    }

    public void write(Encoder out) {
        out.uid(incarnation).u32(timeline).u64(start).u64(end);
    }

    private static boolean isSense(long timeline, long start, long end) {
        return timeline >= 1 && timeline <= 0xFFFF_FFFFL && Long.compareUnsigned(start, end) <= 0;
    }
}
