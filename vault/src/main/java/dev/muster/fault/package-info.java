// SPDX-License-Identifier: Apache-2.0
/**
 * Faults: what went wrong, to what, and what a person can do about it.
 *
 * <p>A <i>fault</i> is thrown and never logged and swallowed. A <i>notice</i> is the part of it that a user reads. A
 * <i>family</i> is the sealed set of faults that one package throws. A <i>kind</i> decides the exit status.
 *
 * <p>Invariants: a code never changes its meaning once released; a notice holds no secret and no row data.
 */
@NullMarked
package dev.muster.fault;

import org.jspecify.annotations.NullMarked;
