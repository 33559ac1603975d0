// SPDX-License-Identifier: Apache-2.0
/**
 * What the program enters into the ledger of a repository (docs/ledger.md).
 *
 * <p>A <i>deed</i> is something that the program does and that has to be known later. A <i>journal</i> enters one deed of this
 * process: when it is over, or, where a deed without an entry must not be, before it begins.
 *
 * <p>Invariants: an entry that cannot be written is said, and never undoes or fails what is done already; facts hold counts,
 * names, digests and LSNs, no secrets and no rows.
 */
@NullMarked
package dev.muster.ledger;

import org.jspecify.annotations.NullMarked;
