// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;
import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * A slot of the charter, for a listing.
 *
 * @param digest names the slot
 * @param role what it is for
 * @param slot its object; empty if it is gone, as that of a removed slot is
 * @param retired by the store's clock; empty while it is active
 * @param mine whether the ring was opened with it
 */
public record SlotInfo(Digest digest, Role role, Optional<Slot> slot, Optional<Instant> retired, boolean mine) {}
