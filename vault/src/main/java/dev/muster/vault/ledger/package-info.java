// SPDX-License-Identifier: Apache-2.0
/**
 * The ledger: what happened, when, by whom, so that nobody rewrites it unseen (docs/format.md, sections 7 and 11).
 *
 * <p>An <i>entry</i> says what became of one action. A <i>session</i> is one process that writes entries, in <i>batches</i>
 * of which each names the one before it. A <i>checkpoint</i> names the ends of all sessions. Batches and checkpoints name
 * what their writer <i>saw</i>; a <i>head</i> is one that nobody names, and whoever holds one of them can tell whether
 * anything before it is missing. A <i>family</i> of actions is what a role may speak of. A <i>flaw</i> is a sign that the
 * ledger is not what was written.
 *
 * <p>Invariants: nothing is changed or deleted; a batch counts as a whole or not at all; a session never has two batches of
 * one number; what is not understood is kept and shown.
 */
@NullMarked
package dev.muster.vault.ledger;

import org.jspecify.annotations.NullMarked;
