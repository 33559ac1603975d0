// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;

/**
 * A charter that was seen: what a host remembers, so that it notices an older state of the repository.
 *
 * @param sequence from 1
 * @param digest of the charter's object
 */
public record CharterMark(long sequence, Digest digest) {}
