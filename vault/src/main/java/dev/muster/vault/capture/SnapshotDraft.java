// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot says besides its files.
 *
 * @param begun when the capture began
 * @param needs the WAL without which it is of no use
 * @param facts what the capture found out; together with the tags at most 4 KiB
 */
public record SnapshotDraft(Instant begun, List<WalNeed> needs, Map<String, String> facts) {

    public SnapshotDraft {
        needs = List.copyOf(needs);
        facts = Map.copyOf(facts);
    }
}
