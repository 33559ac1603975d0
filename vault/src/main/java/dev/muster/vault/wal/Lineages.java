// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.VaultFault;
import java.util.List;
import java.util.Map;

/**
 * The histories that a repository knows.
 *
 * @param known each once
 * @param unreadable what looks like a lineage and is not one that counts, by key; readers go on without it, gc does not
 */
public record Lineages(List<Lineage> known, Map<String, VaultFault> unreadable) {

    public Lineages {
        known = List.copyOf(known);
        unreadable = Map.copyOf(unreadable);
    }
}
