// SPDX-License-Identifier: Apache-2.0
/**
 * Statements: the signed metadata objects of a repository as they lie in its store (docs/format.md, sections 3 and 7).
 *
 * <p>A <i>statement</i> is a metadata object that was listed, read, opened and found to be said by one who may say it. A
 * <i>survey</i> is what a listing of them came to, a <i>shelf</i> remembers it. What is not a statement although its key
 * looks like one is <i>refused</i>: kept apart and reported, never believed.
 *
 * <p>Invariants: a statement's bytes have the digest that its key names; a statement that vanished is told apart from one
 * that is damaged; nothing damaged or untrusted stops the reading of another.
 */
@NullMarked
package dev.muster.vault.statement;

import org.jspecify.annotations.NullMarked;
