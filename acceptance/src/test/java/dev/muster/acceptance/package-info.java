// SPDX-License-Identifier: Apache-2.0
/** The packaged program from outside, against real servers. */
@NullMarked
package dev.muster.acceptance;

import org.jspecify.annotations.NullMarked;
