// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import java.time.Instant;
import java.util.Optional;

/** Whose signatures count: the slots on the charter that holds. */
@FunctionalInterface
public interface Authority {

    /** What the charter says of a slot; empty if it does not list it. */
    Optional<Enrolled> enrolled(Digest slot);

    /**
     * A slot on the charter.
     *
     * @param role what it may say
     * @param signingKey Ed25519 public key, 32 bytes
     * @param retired by the store's clock, if it was
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Enrolled(Role role, byte[] signingKey, Optional<Instant> retired) {

        /** Whether the slot was in force at this time of the store. */
        public boolean inForceAt(Instant storeTime) {
            return retired.isEmpty() || storeTime.isBefore(retired.get());
        }
    }
}
