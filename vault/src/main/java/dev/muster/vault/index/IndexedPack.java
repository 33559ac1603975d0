// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Digest;

/**
 * A pack that an index object names.
 *
 * @param digest of the pack
 * @param length of the pack's object, in bytes
 */
public record IndexedPack(Digest digest, int length) {}
