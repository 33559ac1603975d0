// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Digest;
import java.time.Instant;

/**
 * A checkpoint as it was read.
 *
 * @param digest its name
 * @param stamped when it was stored, by the store's clock
 * @param signer digest of the slot that signed it
 * @param checkpoint what it says
 */
public record StoredCheckpoint(Digest digest, Instant stamped, Digest signer, Checkpoint checkpoint) {}
