// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Uid;
import java.time.Instant;

/**
 * A session that showed itself.
 *
 * @param host where it runs
 * @param purpose what it is for, in words
 * @param writes whether it may commit a snapshot; otherwise it reads one
 * @param announced when its first candidate was stored that is still there
 * @param heard when its newest candidate was stored
 * @param fate what has become of it
 */
public record Session(Uid session, String host, String purpose, boolean writes, Instant announced, Instant heard,
        Fate fate) {

    /** What has become of a session. */
    public enum Fate {
        /** It may still commit, or still reads. */
        OPEN,
        /** It was being given up when it committed: whether its snapshot counts is for a person to say. */
        UNDECIDED,
        /** It has committed. */
        COMMITTED,
        /** It was given up. */
        GIVEN_UP
    }

    /** Whether nothing will be committed under it any more that was not. */
    public boolean isOver() {
        return fate != Fate.OPEN;
    }
}
