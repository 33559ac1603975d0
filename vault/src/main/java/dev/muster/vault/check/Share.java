// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import java.time.Duration;
import java.util.Optional;

/**
 * How much a rolling check reads.
 *
 * @param ofBytes of all packs and WAL, above 0 and at most 1
 * @param sinceProven only what was not proven for so long, by the store's clock; empty: whatever was proven longest ago
 */
public record Share(double ofBytes, Optional<Duration> sinceProven) {

    /** Everything. */
    public static final Share ALL = new Share(1, Optional.empty());

    public Share {
        if (!(ofBytes > 0 && ofBytes <= 1)) {
            throw new IllegalArgumentException("a share of " + ofBytes);
        }
    }
}
