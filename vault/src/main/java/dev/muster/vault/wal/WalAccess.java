// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.Store;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Signer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What reading and writing WAL needs of an open repository.
 *
 * @param store where the objects are
 * @param keys the keys that were granted, as they are now: they change while somebody writes for months
 * @param signer signs what is written
 * @param authority whose signatures count
 * @param random for incarnations and seeds
 * @param clock of this host
 */
public record WalAccess(Store store, Supplier<KeyChain> keys, Signer signer, Authority authority, SecureRandom random,
        InstantSource clock) {

    /** The keys as they are now; what must agree is done with one of them. */
    KeyChain chain() {
        return keys.get();
    }
}
