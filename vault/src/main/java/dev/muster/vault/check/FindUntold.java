// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.vault.key.Slot;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.ledger.Flaw;
import dev.muster.vault.ledger.LedgerView;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.snapshot.SnapshotHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is there with what the ledger tells: a snapshot, a slot or an epoch that no entry tells of was made by another
 * program, by one that could not enter it, or what told of it was taken out before anybody saw it.
 */
public final class FindUntold {

    /** The fact that names a slot, of {@code keys.add} and {@code init.create}. */
    public static final String SLOT = "slot";

    /** The fact that names an epoch, of {@code keys.rotate} and {@code init.create}. */
    public static final String EPOCH = "epoch";

    /** The fact that names a snapshot, of {@code backup.take}. */
    public static final String SNAPSHOT = "snapshot";

    private final LedgerView view;
    private final Set<String> told = new HashSet<>();
    private final List<Flaw> flaws = new ArrayList<>();

    private FindUntold(LedgerView view) {
        this.view = view;
        view.batches().forEach(batch -> batch.batch().entries().forEach(this::hear));
    }

    private void hear(Entry entry) {
        if (entry instanceof Entry.Known(_, var action, var outcome, _, _, var facts)
                && outcome == Entry.Outcome.DONE) {
            switch (action) {
                case "init.create", "keys.add", "keys.rotate" -> {
                    hear(SLOT, facts.get(SLOT));
                    hear(EPOCH, facts.get(EPOCH));
                }
                case "backup.take" -> hear(SNAPSHOT, facts.get(SNAPSHOT));
                default -> {
                    // Makes nothing that stays.
                }
            }
        }
    }

    private void hear(String what, @Nullable String which) {
        if (which != null) {
            told.add(what + " " + which);
        }
    }

    /**
     * Finds them. What was made in a month that was let go is passed over.
     *
     * @param epochs how many there are
     * @param snapshots those that count
     */
    public static List<Flaw> in(LedgerView view, List<SlotInfo> slots, int epochs, List<SnapshotHead> snapshots) {
        FindUntold untold = new FindUntold(view);
        for (SlotInfo slot : slots) {
            untold.require(SLOT + " " + slot.digest().hex(), key(Kind.SLOT, slot.digest()),
                    slot.slot().map(Slot::made));
        }
        for (int epoch = 1; epoch <= epochs; epoch++) {
            untold.require(EPOCH + " " + epoch, EPOCH + " " + epoch, Optional.empty());
        }
        for (SnapshotHead head : snapshots) {
            untold.require(SNAPSHOT + " " + head.id().hex(), SNAPSHOT + " " + head.id().hex(),
                    Optional.of(head.stored()));
        }
        return List.copyOf(untold.flaws);
    }

    private void require(String what, String subject, Optional<Instant> made) {
        boolean mayBeForgotten = made.map(Month::of).map(view::mayBeGone).orElse(view.keptFrom().isPresent());
        if (!told.contains(what) && !mayBeForgotten) {
            flaws.add(new Flaw(Flaw.Kind.UNTOLD, subject, "is there, and no entry tells who made it"));
        }
    }

    private static String key(Kind kind, Digest digest) {
        return ObjectKeys.of(kind, digest).value();
    }
}
