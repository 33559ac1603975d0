// SPDX-License-Identifier: Apache-2.0
/**
 * Keys of a repository: who can open it and what for (docs/format.md, section 5).
 *
 * <p>The <i>root</i> is the Ed25519 key that signs everything of this package; owners hold it. A <i>slot</i> is one way
 * to unlock: a passphrase or a raw key, made into two key pairs. An <i>epoch</i> is a generation of secrets. A
 * <i>grant</i> is the secrets of one epoch, as far as a role has them, for one slot. The <i>charter</i> lists slots and
 * epochs and the repository's parameters; the one with the highest sequence holds. A <i>key source</i> is what a person
 * or a host has to unlock a slot with. A <i>ring</i> is a repository's keys, unlocked.
 *
 * <p>Invariants: what the root did not sign is ignored and reported. No object is changed: a change of the keys is a new
 * charter, put last, so that a crash before it changes nothing. No secret is in a message or in toString.
 */
@NullMarked
package dev.muster.vault.key;

import org.jspecify.annotations.NullMarked;
