// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run finds, and what it would do now.
 *
 * @param at by the store's clock
 * @param grace between condemning and deleting
 * @param held what there is of each kind, and how much of it is dead
 * @param deletes what is on ripe lists and dead
 * @param condemns what is dead and on no list yet
 * @param waits lists that are not ripe, oldest first
 * @param young packs that nothing reaches yet, and that an open session may have put
 * @param sessions those that show themselves and are not over
 * @param givesUp sessions that were silent for too long
 * @param snapshots how many there are
 * @param indexObjects how many of them are small: enough of them are made few
 * @param capped whether there is more than one run may delete or condemn
 * @param notices what could not be judged and stays for that
 */
public record CollectPlan(Instant at, Duration grace, List<Held> held, List<Row> deletes, List<Row> condemns,
        List<Wait> waits, Amount young, List<Session> sessions, List<GivenUp> givesUp, Snapshots snapshots,
        int indexObjects, boolean capped, List<String> notices) {

    public CollectPlan {
        held = List.copyOf(held);
        deletes = List.copyOf(deletes);
        condemns = List.copyOf(condemns);
        waits = List.copyOf(waits);
        sessions = List.copyOf(sessions);
        givesUp = List.copyOf(givesUp);
        notices = List.copyOf(notices);
    }

    /** How much there is of a kind, and how much of that nothing needs. */
    public record Held(Kind kind, Amount all, Amount dead) {}

    /** So much of a kind, for one reason. */
    public record Row(Kind kind, Why why, Amount amount) {}

    /**
     * A list that is not ripe.
     *
     * @param amount what is on it and still dead
     * @param until when its grace ends, by the store's clock; empty if it begins with the next run
     * @param sessions open sessions that it waits for besides
     */
    public record Wait(Amount amount, Optional<Instant> until, List<Session> sessions) {}

    /** A session that is given up, and why. */
    public record GivenUp(String session, String reason) {}

    /**
     * Snapshots.
     *
     * @param counting can be restored
     * @param undecided a person has to say whether they count
     * @param dead were removed, or never counted
     * @param fresh of the dead those that no run has condemned yet
     */
    public record Snapshots(int counting, int undecided, int dead, int fresh) {

        /**
         * Whether more of them have died than live. Those that an earlier run has condemned were judged then, and may stay in
         * the store for days: they count no more, or whoever removes a third each day could never collect.
         */
        public boolean mostAreDead() {
            return fresh > counting + undecided;
        }
    }

    /** All that is deleted now. */
    public Amount deletesInAll() {
        return sum(deletes);
    }

    /** All that is condemned now. */
    public Amount condemnsInAll() {
        return sum(condemns);
    }

    /** All that waits. */
    public Amount waitsInAll() {
        return waits.stream().map(Wait::amount).reduce(Amount.NOTHING, Amount::and);
    }

    private static Amount sum(List<Row> rows) {
        return rows.stream().map(Row::amount).reduce(Amount.NOTHING, Amount::and);
    }
}
