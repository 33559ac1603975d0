// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Digest;
import java.time.Instant;

/**
 * A proof as it was read.
 *
 * @param digest its name
 * @param stamped when it was stored, by the store's clock
 * @param signer digest of the slot that signed it
 * @param proof what it says
 */
public record StoredProof(Digest digest, Instant stamped, Digest signer, Proof proof) {

    /** Whether what it covers counts at this time of the store. */
    boolean coversAt(Instant now) {
        return proof.result().held() && wasReadAt(now);
    }

    /** Whether what it examined counts at this time as having been read, with whatever result. */
    boolean wasReadAt(Instant now) {
        return now.isBefore(proof.result().expires()) && !proof.examined().listed().isAfter(stamped);
    }
}
