// SPDX-License-Identifier: Apache-2.0
/**
 * Garbage collection of a repository (docs/format.md, section 10).
 *
 * <p>An object is <i>live</i> if a snapshot, a session or the log needs it, and <i>dead</i> if nothing does and nothing ever
 * will. A <i>sight</i> is what the repository said of its sessions and snapshots at one moment. A session is <i>open</i> as long
 * as it may still commit. A run <i>condemns</i> what it finds dead by putting <i>lists</i> of keys, then a <i>roster</i> of the
 * sessions that were open when the lists were durable. A list is <i>ripe</i> when the <i>grace</i> after its roster has passed and
 * those sessions have closed; a later run <i>sweeps</i> what is on ripe lists and still dead. A session that has been silent
 * for days is <i>given up</i>. A <i>plan</i> says all of that before anything is done.
 *
 * <p>Invariants: what cannot be read stops a run before it has deleted anything, except where it could only keep something from
 * being deleted; nothing is deleted that is not on a ripe list and dead by a sight taken after the list was ripe, but for
 * quarantine of packs that are gone; a list stays as long as any of its keys exists or an index object names one of its
 * packs, so that no writer can come to need what a run has resolved to delete, however long the run sleeps; ages are
 * differences of the store's stamps.
 */
@NullMarked
package dev.muster.vault.collect;

import org.jspecify.annotations.NullMarked;
