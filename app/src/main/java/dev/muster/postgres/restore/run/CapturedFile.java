// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileType;
import java.util.Optional;

/** Reads a small file of a snapshot whole. */
final class CapturedFile {

    private static final long BYTES_MAX = 16 << 20;

    private CapturedFile() {}

    /** Its bytes, if there is such a file. */
    static Optional<byte[]> read(SnapshotReader snapshot, String path) throws InterruptedException {
        var entry = snapshot.entry(path);
        if (entry.isEmpty() || entry.get().type() != FileType.FILE) {
            return Optional.empty();
        }
        if (entry.get().size() > BYTES_MAX) {
            throw new VaultFault.Damage("a small file of " + entry.get().size() + " bytes", path);
        }
        var bytes = new byte[(int) entry.get().size()];
        snapshot.open(entry.get()).read(0, bytes, 0, bytes.length);
        return Optional.of(bytes);
    }
}
