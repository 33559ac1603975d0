// SPDX-License-Identifier: Apache-2.0
/**
 * Sealing: how plaintext becomes bytes that only the right keys open (docs/format.md, sections 5 to 7).
 *
 * <p>A <i>frame</i> is a piece of plaintext compressed and sealed, with a header that lets anyone move it and only key
 * holders open it. A <i>seed</i> is the public part of a frame's key, new for each object. <i>Epoch keys</i> are the
 * secrets of one epoch, as far as the role at hand has them; a <i>key chain</i> is those of all epochs. A <i>name</i> is
 * a keyed hash of plaintext. A <i>sealer</i> makes the frames of one object, an <i>opener</i> opens and checks any. A
 * <i>sealed object</i> is an envelope and the frames of one body, signed by a <i>signer</i> for a slot; the
 * <i>authority</i> says whose signatures count, and a slot's <i>role</i> for what.
 *
 * <p>Invariants: no key and nonce pair seals two plaintexts; an opener checks lengths, tag and name, in this order,
 * before it returns a byte.
 */
@NullMarked
package dev.muster.vault.seal;

import org.jspecify.annotations.NullMarked;
