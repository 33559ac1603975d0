// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a system besides its snapshots and its policy.
 *
 * @param now by the store's clock
 * @param stretches of its WAL
 * @param since when its first WAL was received; empty if there is none
 * @param holds why snapshots must not expire, by id
 * @param proven which were restored and found good
 */
public record Standing(Instant now, List<Stretch> stretches, Optional<Instant> since, Map<String, String> holds,
        Proven proven) {

    public Standing {
        stretches = List.copyOf(stretches);
        holds = Map.copyOf(holds);
    }
}
