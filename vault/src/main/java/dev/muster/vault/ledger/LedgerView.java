// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.VaultFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the ledger said when it was read.
 *
 * @param batches those that count, in the order of their keys
 * @param checkpoints those that count
 * @param refused what lies in the ledger and does not count, by key
 * @param vanished whether something was listed and gone before it was read
 */
public record LedgerView(List<StoredBatch> batches, List<StoredCheckpoint> checkpoints, Map<String, VaultFault> refused,
        boolean vanished) {

    public LedgerView {
        batches = List.copyOf(batches);
        checkpoints = List.copyOf(checkpoints);
        refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    }

    /** What nobody names, in the order of the keys. */
    public Heads heads() {
        Set<ObjectKey.Ledger> open = new HashSet<>();
        Set<Digest> marks = new HashSet<>();
        Set<Digest> before = new HashSet<>();
        for (StoredBatch each : batches) {
            open.addAll(each.batch().seen().batches());
            marks.addAll(each.batch().seen().checkpoints());
            before.add(each.batch().link().previous());
        }
        for (StoredCheckpoint each : checkpoints) {
            open.addAll(each.checkpoint().seen().batches());
            marks.addAll(each.checkpoint().seen().checkpoints());
        }
        return new Heads(
                batches.stream()
                        .map(StoredBatch::key)
                        .filter(key -> !open.contains(key) && !before.contains(key.digest()))
                        .toList(),
                checkpoints.stream().map(StoredCheckpoint::digest).filter(digest -> !marks.contains(digest)).toList());
    }

    /** The batches of each session in order, sessions in the order in which they began. */
    public List<List<StoredBatch>> sessions() {
        Map<String, List<StoredBatch>> sessions = new TreeMap<>();
        for (StoredBatch each : batches) {
            sessions.computeIfAbsent(each.key().session().hex(), _ -> new ArrayList<>()).add(each);
        }
        List<List<StoredBatch>> ordered = new ArrayList<>(sessions.values());
        ordered.forEach(session -> session.sort(Comparator.comparingLong((StoredBatch each) -> each.key().sequence())
                .thenComparing(each -> each.key().digest())));
        ordered.sort(Comparator.comparing(session -> session.getFirst().batch().session().begun()));
        return ordered;
    }

    /**
     * What was begun in a session and of which it does not say how it ended. A session that says that it ended has said
     * all that it could: who removes his own key cannot say how that went.
     *
     * @param session as {@link #sessions} has it
     */
    public static List<Entry.Known> unfinished(List<StoredBatch> session) {
        if (session.getLast().batch().link().last()) {
            return List.of();
        }
        Map<String, Entry.Known> begun = new LinkedHashMap<>();
        session.stream()
                .flatMap(batch -> batch.batch().entries().stream())
                .filter(Entry.Known.class::isInstance)
                .map(Entry.Known.class::cast)
                .forEach(entry -> follow(begun, entry));
        return List.copyOf(begun.values());
    }

    private static void follow(Map<String, Entry.Known> begun, Entry.Known entry) {
        String deed = entry.action() + " " + entry.system() + " " + entry.subject();
        if (entry.outcome() == Entry.Outcome.BEGUN) {
            begun.putIfAbsent(deed, entry);
        } else {
            begun.remove(deed);
        }
    }

    /** Whether what lies in this month may be gone. */
    public boolean mayBeGone(Month month) {
        return keptFrom().map(from -> month.compareTo(from) < 0).orElse(false);
    }

    /** The first month of which nothing may be gone, by the checkpoints that may say so; empty if nothing at all may be. */
    public Optional<Month> keptFrom() {
        return checkpoints.stream()
                .filter(each -> each.checkpoint().letsGoWhatIsOld(each.stamped()))
                .flatMap(each -> each.checkpoint().keptFrom().stream())
                .max(Comparator.naturalOrder());
    }
}
