// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.Store;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Signer;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What reading and writing WAL needs of an open repository.
 *
 * @param store where the objects are
 * @param chain the keys that were granted
 * @param signer signs what is written
 * @param authority whose signatures count
 * @param random for incarnations and seeds
 * @param clock of this host
 */
public record WalAccess(Store store, KeyChain chain, Signer signer, Authority authority, SecureRandom random,
        InstantSource clock) {}
