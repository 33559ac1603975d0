// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;
import java.util.Optional;

/**
 * What recovery of a system must achieve, and what is promised beside it.
 *
 * @param rpo recovery point objective: the most time whose commits may be lost
 * @param rto recovery time objective: the longest that recovery may take
 * @param rotation the longest that the repository is written to with one epoch's keys; empty if nobody says
 */
public record Objective(Duration rpo, Duration rto, Optional<Duration> rotation) {

    public Objective {
        if (rpo.isNegative() || rto.isNegative() || rto.isZero()) {
            throw new IllegalArgumentException("an RPO is not negative and an RTO is positive");
        }
    }

    /** Of recovery alone. */
    public Objective(Duration rpo, Duration rto) {
        this(rpo, rto, Optional.empty());
    }
}
