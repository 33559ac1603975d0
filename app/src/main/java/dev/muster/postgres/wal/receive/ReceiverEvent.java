// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpoolCut;
import dev.muster.vault.object.Uid;
import java.time.Duration;

/** What happens to a receiver that somebody should hear of: an alert, a line in the record. */
public sealed interface ReceiverEvent {

    /** Connected, and told where to go on. */
    record Connected(String server, Lsn from) implements ReceiverEvent {}

    /** A session ended, and another is tried after this pause. */
    record Disconnected(Fault fault, Duration pause) implements ReceiverEvent {}

    /** A history begins here: the first one, or after a gap. Only a backup taken from now on uses it. */
    record Began(Uid incarnation, Lsn first) implements ReceiverEvent {}

    /** Somebody else had begun this history with the same bytes, at the same time: it is gone on with instead. */
    record Joined(Uid before, Uid incarnation, Lsn at) implements ReceiverEvent {}

    /** The server goes on along another timeline, and so does the receiver. */
    record Followed(Uid parent, Uid child, long timeline, Lsn fork) implements ReceiverEvent {}

    /** Log that was received up to {@code end} is not on the way that the server took at the fork. */
    record BranchLeft(Uid parent, Lsn fork, Lsn end) implements ReceiverEvent {}

    /** The server has thrown away log before it was received: nobody has what lies from {@code from} to {@code first}. */
    record Gap(Uid before, Lsn from, Lsn first) implements ReceiverEvent {}

    /**
     * The server has too little left of the log before {@code end} to show that it goes on there: a new history begins at
     * {@code first}, which is not after {@code end}. No log is missing.
     */
    record NotCompared(Uid before, Lsn end, Lsn first) implements ReceiverEvent {}

    /** A slot was missing or of no use any more and was made anew. */
    record SlotRemade(String slot, boolean wasLost) implements ReceiverEvent {}

    /** The hold slot could not be moved: the server keeps more log than it needs to. */
    record HoldFailed(Fault fault) implements ReceiverEvent {}

    /** The repository does not take log; the spool does. */
    record StoreFailed(Fault fault, Duration pause) implements ReceiverEvent {}

    /** The repository takes log again. */
    record StoreRecovered(Duration outage) implements ReceiverEvent {}

    /** The repository lags behind for longer than the policy bears, and less is promised from now on. */
    record Degraded(Degradation to, Duration lag) implements ReceiverEvent {}

    /** All that the policy says is promised again. */
    record Restored(Duration after) implements ReceiverEvent {}

    /** The spool is full and the policy says to block: the server keeps its log, commits may wait. */
    record SpoolFull(long bytes) implements ReceiverEvent {}

    /**
     * Segments of the spool were missing or cut. What lies behind is asked of the server again; if it does not have it any
     * more, a gap is said.
     */
    record CutFound(SpoolCut cut) implements ReceiverEvent {}

    /** The spool has room again. */
    record SpoolHasRoom(Duration after) implements ReceiverEvent {}

    /** What less is promised. */
    enum Degradation {
        /** A byte is acknowledged when the spool has it, though the repository was asked for. */
        SPOOL_ONLY,
        /** Not a synchronous standby any more: under another name, so that the server can choose another. */
        STEPPED_DOWN
    }
}
