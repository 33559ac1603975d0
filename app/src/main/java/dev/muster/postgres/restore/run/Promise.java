// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.restore.RecoveryTarget;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.Stop;

/**
 * What a plan says of the end of replay, for what was reached to be compared with it.
 *
 * @param plan the plan
 */
record Promise(RestorePlan plan) {

    /** Source of these: xlog_internal.h. */
    private static final int PAGE_BYTES = 8192;
    private static final int PAGE_HEADER_BYTES = 24;
    private static final int SEGMENT_HEADER_BYTES = 40;

    /** Where replay ends, or the end of the log if only the server can tell. */
    Lsn end() {
        return switch (plan.stop()) {
            case Stop.EndOfWal(Lsn end) -> end;
            case Stop.Consistent(Lsn stop) -> stop;
            case Stop.AtTarget at -> at.at().orElse(plan.reach().end());
        };
    }

    /**
     * Compares.
     *
     * @throws RestoreFault.FellShort if less was recovered, or another history
     * @throws RestoreFault.WentFurther if more was
     */
    void compare(Reached reached) {
        if (!reached.timeline().equals(plan.timeline())) {
            throw new RestoreFault.FellShort("timeline " + reached.timeline() + " at " + reached.lsn(),
                    "timeline " + plan.timeline());
        }
        switch (plan.stop()) {
            case Stop.EndOfWal(Lsn end) -> {
                requireAtLeast(reached, end);
                // Log that has come since is welcome, unless a moment was asked for before which all of the log lay.
                if (!(plan.request().target().target() instanceof RecoveryTarget.Latest)) {
                    requireAtMost(reached, end);
                }
            }
            case Stop.Consistent(Lsn stop) -> requireAtLeast(reached, stop);
            case Stop.AtTarget at -> at.at().ifPresent(lsn -> {
                requireAtLeast(reached, lsn);
                requireAtMost(reached, lsn);
            });
        }
    }

    private void requireAtLeast(Reached reached, Lsn promised) {
        if (nextRecord(reached.lsn()).isBefore(nextRecord(promised))) {
            throw new RestoreFault.FellShort(reached.lsn().toString(), promised.toString());
        }
    }

    private void requireAtMost(Reached reached, Lsn promised) {
        if (nextRecord(reached.lsn()).isAfter(nextRecord(promised))) {
            throw new RestoreFault.WentFurther(reached.lsn().toString(), promised.toString());
        }
    }

    /** The end of a record at the end of a page and the beginning of the next are the same place, a header apart. */
    private Lsn nextRecord(Lsn lsn) {
        WalSegmentSize segment = plan.reach().point().facts().walSegment();
        if (lsn.offsetInSegment(segment) == 0) {
            return lsn.plus(SEGMENT_HEADER_BYTES);
        }
        return lsn.offsetInSegment(segment) % PAGE_BYTES == 0 ? lsn.plus(PAGE_HEADER_BYTES) : lsn;
    }
}
