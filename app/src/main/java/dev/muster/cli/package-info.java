// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: one class for each command.
 *
 * <p>A <i>command</i> reads its arguments, calls one operation and prints what it returned; a <i>group</i> holds
 * commands together. An <i>invocation</i> is what surrounds one call of the program; its <i>terminal</i> is where it
 * prints and asks, <i>attended</i> if a person is there. A <i>document</i> is what {@code --json} prints.
 *
 * <p>Invariants: a command decides nothing that the REST API would have to decide again; without a terminal nothing is
 * asked; the field names of documents are a contract (docs/commands.md).
 */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
