// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;

/**
 * A charter that was seen: what a host remembers, so that it notices an older state of the repository, or another one
 * that the same key opens.
 *
 * @param repository whose charter it is
 * @param sequence from 1
 * @param digest of the charter's object
 */
public record CharterMark(Uid repository, long sequence, Digest digest) {}
