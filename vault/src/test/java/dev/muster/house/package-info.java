// SPDX-License-Identifier: Apache-2.0
/**
 * The house rules as tests. Each module runs them over its own sources and class files by extending {@link HouseRules}.
 *
 * <p>A <i>ring</i> is a height in the house: imports point to lower rings. A <i>violation</i> is one place that breaks
 * one rule and says what to write instead. A <i>ban</i> is a call that may not be written.
 *
 * <p>Invariant: every rule has a test that shows it finding a violation.
 */
@NullMarked
package dev.muster.house;

import org.jspecify.annotations.NullMarked;
