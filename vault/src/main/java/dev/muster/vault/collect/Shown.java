// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.snapshot.Candidate;
import dev.muster.vault.statement.Statement;
import java.time.Instant;

/** A candidate as it lies in the repository, and when it was stored. */
record Shown(ObjectKey key, Instant stamped, Candidate candidate) {

    static Shown of(Statement statement) {
        return new Shown(statement.key(), statement.stamped(), Candidate.of(statement));
    }
}
