// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.time.Duration;

/**
 * What recovery of a system must achieve.
 *
 * @param rpo recovery point objective: the most time whose commits may be lost
 * @param rto recovery time objective: the longest that recovery may take
 */
public record Objective(Duration rpo, Duration rto) {

    public Objective {
        if (rpo.isNegative() || rto.isNegative() || rto.isZero()) {
            throw new IllegalArgumentException("an RPO is not negative and an RTO is positive");
        }
    }
}
