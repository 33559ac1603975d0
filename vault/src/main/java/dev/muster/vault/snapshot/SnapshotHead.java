// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Statement;
import java.time.Instant;

/**
 * A snapshot as it lies in the repository.
 *
 * @param id digest of its object: people name it by the first digits
 * @param stored when it was stored, by the store's clock
 * @param body what it says
 */
public record SnapshotHead(Digest id, Instant stored, SnapshotBody body) {

    /**
     * Reads a snapshot.
     *
     * @throws VaultFault.Damage if it is not what was written, or its key says something else than it does
     */
    static SnapshotHead of(Statement statement) {
        SnapshotBody body = statement.decode(SnapshotBody::decode);
        statement.requireSession(body.session());
        return new SnapshotHead(statement.key().digest(), statement.stamped(), body);
    }

    public String system() {
        return body.source().system();
    }

    public String component() {
        return body.source().component();
    }

    @Override
    public String toString() {
        return "snapshot " + id.hex().substring(0, 12);
    }
}
