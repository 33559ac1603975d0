// SPDX-License-Identifier: Apache-2.0
/**
 * A store in memory, for tests and for what need not outlive its process.
 *
 * <p>Invariants: those of every store but one: nothing of it survives the process.
 */
@NullMarked
package dev.muster.store.memory;

import org.jspecify.annotations.NullMarked;
