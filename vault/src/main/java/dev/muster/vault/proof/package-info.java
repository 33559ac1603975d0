// SPDX-License-Identifier: Apache-2.0
/**
 * Proofs: what of a repository was examined, and whether it held (docs/format.md, section 7, kind 19).
 *
 * <p>A <i>proof</i> is a signed statement of one examination. Its <i>level</i> says how much was shown, an <i>assertion</i> is
 * one question that was asked of restored data. A <i>stretch</i> is a piece of the order of all packs and ranges of WAL by
 * their digests; what lies in one and was stored before the listing is <i>covered</i>. What is <i>proven</i> is what the
 * proofs that held and have not expired cover.
 *
 * <p>Invariants: a proof that did not hold covers nothing; nothing is covered that was stored after the listing; only a role
 * that opens data may say that it did.
 */
@NullMarked
package dev.muster.vault.proof;

import org.jspecify.annotations.NullMarked;
