// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: one class for each command.
 *
 * <p>A <i>command</i> reads its arguments, calls one operation and prints what it returned. Invariant: a command
 * decides nothing that the REST API would have to decide again.
 */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
