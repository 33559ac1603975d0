// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKey;
import java.time.Instant;

/**
 * A batch as it was read.
 *
 * @param key where it lies
 * @param stamped when it was stored, by the store's clock
 * @param signer digest of the slot that signed it
 * @param batch what it says
 */
public record StoredBatch(ObjectKey.Ledger key, Instant stamped, Digest signer, Batch batch) {}
