// SPDX-License-Identifier: Apache-2.0
/**
 * Objects: what the bytes of a repository look like before anything is sealed (docs/format.md, sections 2 to 4).
 *
 * <p>An <i>object</i> is a key and bytes in a store, written once. An <i>envelope</i> is its first 48 bytes. A
 * <i>kind</i> says what it is and where its key begins; an <i>object key</i> is what the whole key says. A <i>digest</i>
 * is 32 bytes of SHA-256 or HMAC-SHA-256: the name of an object or the id of a block. A <i>uid</i> is 16 random bytes.
 * An <i>encoder</i> and a <i>decoder</i> turn the format's primitive types into bytes and back.
 *
 * <p>Invariants: a decoder never allocates more than the input could justify, accepts one encoding of each value only,
 * and answers everything else with {@link dev.muster.vault.object.VaultFault.Damage}.
 */
@NullMarked
package dev.muster.vault.object;

import org.jspecify.annotations.NullMarked;
