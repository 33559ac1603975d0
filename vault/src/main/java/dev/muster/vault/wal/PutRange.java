// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

/**
 * A range that is durable in the repository.
 *
 * @param span what it holds
 * @param objectBytes length of its object
 * @param stored whether this call put it; it was there otherwise
 */
public record PutRange(WalSpan span, long objectBytes, boolean stored) {}
