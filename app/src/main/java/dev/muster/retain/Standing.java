// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a system besides its snapshots and its policy.
 *
 * @param now by the store's clock
 * @param stretches of its WAL
 * @param since when its first WAL was received; empty if there is none
 * @param holds why snapshots must not expire, by id
 * @param proven which were restored and found good
 * @param last those of each component that were committed last, by the roll and not by a clock
 */
public record Standing(Instant now, List<Stretch> stretches, Optional<Instant> since, Map<String, String> holds,
        Proven proven, Set<String> last) {

    public Standing {
        stretches = List.copyOf(stretches);
        holds = Map.copyOf(holds);
        last = Set.copyOf(last);
    }

    /** Without anything that was committed last. */
    public Standing(Instant now, List<Stretch> stretches, Optional<Instant> since, Map<String, String> holds,
            Proven proven) {
        this(now, stretches, since, holds, proven, Set.of());
    }
}
