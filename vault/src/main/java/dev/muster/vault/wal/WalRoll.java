// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import java.util.List;

/** What the log needs of the roll, which says what must be present. Thread-safe. */
public interface WalRoll {

    /** Heads of the roll that were seen last, at most 64. */
    List<Digest> headsSeen();

    /** Puts the event that this lineage has begun on the roll. */
    void lineageBegun(Uid incarnation) throws InterruptedException;

    /** What of a history need not be there. */
    WalCover released(Uid incarnation) throws InterruptedException;
}
