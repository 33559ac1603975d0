// SPDX-License-Identifier: Apache-2.0
/**
 * The program: where concrete parts are wired together. Nothing imports this package.
 *
 * <p><i>Main</i> is the entry point. <i>Wiring</i> alone reads the environment and the clocks and hands them on.
 */
@NullMarked
package dev.muster;

import org.jspecify.annotations.NullMarked;
