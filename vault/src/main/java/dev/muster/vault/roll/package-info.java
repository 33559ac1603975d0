// SPDX-License-Identifier: Apache-2.0
/**
 * The roll: what must be present in a repository (docs/format.md, sections 7, 9 and 11).
 *
 * <p>An <i>entry</i> of the roll says some <i>events</i>: a snapshot was committed, removed or held, a lineage
 * begun, WAL released, a <i>checkpoint</i> reached. It names the entries that its writer saw as its parents; a <i>head</i> is one that nobody
 * names. A <i>view</i> is what the roll says as a whole. An <i>anchor</i> is what one host remembers of a repository outside
 * of it, so that it notices when somebody shows it an older one.
 *
 * <p>Invariants: removal wins over commit; entries are added and never changed; an entry whose signer may not say one of
 * its events says nothing.
 */
@NullMarked
package dev.muster.vault.roll;

import org.jspecify.annotations.NullMarked;
