// SPDX-License-Identifier: Apache-2.0
/** The house rules as tests: layers, style, texts. Each module runs them over its own sources and class files. */
@NullMarked
package dev.muster.house;

import org.jspecify.annotations.NullMarked;
