// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.util.Optional;

/** How much would be lost if the server and the receiver's host were lost now, as a time whose commits are gone. */
public sealed interface Loss {

    /** A receiver runs and hears the server: this is the age of the oldest byte that the repository does not have. */
    record Measured(Duration age) implements Loss {}

    /**
     * A receiver runs, and the server is silent or what it had before the receiver began is not all stored; or none runs,
     * and the newest moment that can be restored is by a clock that tells nothing here.
     *
     * @param atLeast the age of what is known to be missing
     * @param silent since when nothing was heard: commits since then, if there were any, are missing too. Empty if
     *        nobody knows how old the oldest of what is missing is
     */
    record Unknown(Duration atLeast, Optional<Duration> silent) implements Loss {}

    /**
     * No receiver was ever seen on this host. One may run elsewhere: whether the server committed nothing since the newest
     * moment that can be restored, or nobody brings what it commits, cannot be told from the repository.
     *
     * @param atMost the age of that moment, by the primary's clock, or since its WAL was received, by the receiver's, if
     *        that is longer: no more than that is lost, but for what the WAL took to arrive where the primary's is ahead
     */
    record Unseen(Duration atMost) implements Loss {}

    /**
     * The receiver on this host brings no WAL that a snapshot leads to: commits after the newest moment that can be
     * restored are lost.
     *
     * @param age of that moment, by the primary's clock, or since its WAL was received if that is longer
     */
    record Aged(Duration age) implements Loss {}

    /** Nothing can be restored. */
    record Everything() implements Loss {}

    /** Whether it is shown that no more than this is lost. */
    default boolean isWithin(Duration objective) {
        return switch (this) {
            case Measured measured -> measured.age.compareTo(objective) <= 0;
            case Unknown unknown -> unknown.silent.filter(
                    silent -> unknown.atLeast.plus(silent).compareTo(objective) <= 0).isPresent();
            case Unseen unseen -> unseen.atMost.compareTo(objective) <= 0;
            case Aged aged -> aged.age.compareTo(objective) <= 0;
            case Everything _ -> false;
        };
    }
}
