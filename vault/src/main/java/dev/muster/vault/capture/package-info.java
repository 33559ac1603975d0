// SPDX-License-Identifier: Apache-2.0
/**
 * Capture: how a snapshot is written (docs/format.md, section 9). The order of its steps is the safety: any step may be the
 * last one that happens.
 *
 * <p>A <i>session</i> announces itself, takes files, and commits. A <i>sink</i> takes the bytes of one file and cuts them
 * into blocks. <i>Workers</i> name blocks, look them up and compress those that are new; a <i>lane</i> seals them into one
 * open pack, file by file; <i>uploads</i> put full packs. The <i>mapper</i> is the one thread that builds trees of what is
 * durable. To <i>adopt</i> a block is to refer to one that the repository has. The <i>base</i> is an older snapshot of
 * which files are adopted unread.
 *
 * <p>Crash points, in their order: {@code capture.after-announce}, {@code capture.after-refresh}, {@code
 * capture.after-data}, {@code capture.after-tree}, {@code capture.before-propose}, {@code capture.after-propose}, {@code
 * capture.before-commit}, {@code capture.after-commit}, {@code capture.before-roll}, {@code capture.after-roll}.
 *
 * <p>Invariants: nothing is referred to that is not durable; a snapshot is put after all that it reaches was found to be
 * there and not condemned; success is reported after the roll says so; memory is bounded, see {@link
 * dev.muster.vault.capture.CaptureLimits}; whatever a session that ends early has uploaded is adopted by the next one.
 */
@NullMarked
package dev.muster.vault.capture;

import org.jspecify.annotations.NullMarked;
