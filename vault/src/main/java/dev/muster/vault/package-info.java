// SPDX-License-Identifier: Apache-2.0
/**
 * The vault: a repository as its users see it.
 *
 * <p>A <i>vault</i> is an open repository: it captures, lists and reads snapshots, keeps WAL, and knows what must be present.
 * <i>Instruments</i> are what it uses of the machine: clocks, chance, a state directory. All other nouns are those of the
 * packages below, which do the work.
 *
 * <p>Invariants: nothing outside of {@code dev.muster.vault} touches the store of a repository; a vault opened with a role
 * can do what the role may do, and says what it may not.
 */
@NullMarked
package dev.muster.vault;

import org.jspecify.annotations.NullMarked;
