// SPDX-License-Identifier: Apache-2.0
/**
 * Work: several things done at once, and waiting for things to become true.
 *
 * <p>A <i>scope</i> is the lifetime of a set of tasks: none outlives it. A <i>task</i> is one piece of work on a
 * virtual thread of its own. A <i>wait</i> ends when its condition holds or its deadline passes.
 *
 * <p>Invariants: the first failure of a scope interrupts its other tasks; no failure is lost; everything that blocks
 * can be interrupted.
 */
@NullMarked
package dev.muster.work;

import org.jspecify.annotations.NullMarked;
