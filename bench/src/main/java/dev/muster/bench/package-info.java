// SPDX-License-Identifier: Apache-2.0
/**
 * Bench: Muster and others over the same data in one run, and the tables that come of it.
 *
 * <p>A <i>peer</i> is a program with one setting of it, behind a script that knows its verbs. A <i>scenario</i> is what is
 * measured; in each of its <i>rounds</i> every peer has its turn, in an order that moves on, so that what the machine does
 * meanwhile meets all of them. A <i>sample</i> is one turn with its figures; <i>results</i> are samples and the <i>facts</i>
 * (machine, versions, settings, seed) without which they mean nothing. A <i>spread</i> is a median with its interval; a
 * <i>pair</i> is the samples of two peers in one round, and ratios are made of pairs.
 *
 * <p>Invariants: time ends when the file system has synced; each restored server is started and compared with its
 * source before its time counts; a peer that is not there, and one that failed, is in the results.
 */
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
