// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.Vault;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.snapshot.SnapshotHead;
import java.util.List;

/** Reads a snapshot to its last byte. */
final class SourceRead {

    private SourceRead() {}

    static List<String> names(Vault vault, SnapshotHead head) throws InterruptedException {
        return List.copyOf(SourceTree.read(vault.read(head)).files().keySet());
    }
}
