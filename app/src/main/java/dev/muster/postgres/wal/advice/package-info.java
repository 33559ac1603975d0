// SPDX-License-Identifier: Apache-2.0
/**
 * What stands between a receiver and its promise: settings of the server that let commits return before a synchronous
 * receiver has them, or make them wait where nobody wants that.
 *
 * <p><i>Facts</i> are what the server and this host say. A piece of <i>advice</i> says what follows from them and what to
 * do. <i>Standby names</i> are what {@code synchronous_standby_names} asks for. Nothing is changed on the server.
 *
 * <p>Invariants: whatever cannot be seen is said to be unknown and never taken for good; advice never stops a receiver,
 * since log that is received in the wrong mode is worth more than none.
 */
@NullMarked
package dev.muster.postgres.wal.advice;

import org.jspecify.annotations.NullMarked;
