// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out whether a ledger is all that was written (docs/format.md, section 11). */
public final class VerifyLedger {

    private static final Duration PUT_AGAIN_AFTER = Duration.ofMinutes(5);

    private final LedgerView view;
    private final boolean hasStoreTimes;
    private final Map<String, Instant> stamps = new HashMap<>();
    private final Map<Digest, String> keys = new HashMap<>();
    private final Map<String, Flaw> flaws = new LinkedHashMap<>();

    /** @param hasStoreTimes whether the stamps are those of the store that was written to */
    public VerifyLedger(LedgerView view, boolean hasStoreTimes) {
        this.view = view;
        this.hasStoreTimes = hasStoreTimes;
        for (StoredBatch each : view.batches()) {
            stamps.put(each.key().value(), each.stamped());
            keys.put(each.key().digest(), each.key().value());
        }
        for (StoredCheckpoint each : view.checkpoints()) {
            stamps.put(keyOf(each.digest()), each.stamped());
            keys.put(each.digest(), keyOf(each.digest()));
        }
    }

    /**
     * A ledger, and what is wrong with it.
     *
     * @param view as it was read
     * @param flaws damage first
     */
    public record Verified(LedgerView view, List<Flaw> flaws) {

        public Verified {
            flaws = List.copyOf(flaws);
        }

        /** The same, and this was found besides. */
        public Verified and(List<Flaw> more) {
            List<Flaw> all = new ArrayList<>(flaws);
            all.addAll(more);
            return new Verified(view, all);
        }

        /** Whether it is all that was written, as far as anybody has seen it. */
        public boolean isWhole() {
            return flaws.stream().noneMatch(Flaw::isDamage);
        }
    }

    /**
     * Reads and verifies a ledger. Others may write while it is listed: what is missing counts if it is still missing when
     * everything is listed again.
     *
     * @param hasStoreTimes whether the stamps are those of the store that was written to
     * @param remembered what this host has seen of it, read before
     * @param written digests that people have written down, or their first digits
     */
    public static Verified read(Ledger ledger, boolean hasStoreTimes, Heads remembered, List<String> written)
            throws InterruptedException {
        LedgerView view = ledger.read();
        List<Flaw> flaws = new VerifyLedger(view, hasStoreTimes).verify(remembered, written);
        if (flaws.stream().noneMatch(flaw -> flaw.kind() == Flaw.Kind.MISSING)) {
            return new Verified(view, flaws);
        }
        LedgerView again = ledger.read();
        List<Flaw> confirmed = new ArrayList<>(new VerifyLedger(again, hasStoreTimes).verify(remembered, written));
        confirmed.removeIf(flaw -> flaw.kind() == Flaw.Kind.MISSING && !flaws.contains(flaw) && !view.vanished());
        return new Verified(again, confirmed);
    }

    /**
     * Verifies it.
     *
     * @param remembered what this host has seen of it
     * @param written digests that people have written down, or their first digits
     * @return what was found, damage first
     */
    public List<Flaw> verify(Heads remembered, List<String> written) {
        refused(remembered);
        if (view.vanished()) {
            note(Flaw.Kind.MISSING, Kind.LEDGER.prefix() + "/", "an object was taken away while it was read");
        }
        view.sessions().forEach(this::session);
        for (StoredBatch each : view.batches()) {
            requireSeen(each.batch().seen(), each.key().value(), each.stamped());
        }
        for (StoredCheckpoint each : view.checkpoints()) {
            requireSeen(each.checkpoint().seen(), keyOf(each.digest()), each.stamped());
            if (!each.checkpoint().letsGoWhatIsOld(each.stamped())) {
                note(Flaw.Kind.LETS_GO_TOO_EARLY, keyOf(each.digest()),
                        "lets months go that did not end six years before it was stored; it does not count for that");
            }
        }
        requireSeen(remembered, "this host", Instant.MAX);
        written.forEach(this::requireWritten);
        List<Flaw> found = new ArrayList<>(flaws.values());
        found.sort((one, other) -> Boolean.compare(other.isDamage(), one.isDamage()));
        return found;
    }

    /**
     * What does not count. Who writes while his slot is removed writes in vain, which is no damage; but what somebody saw
     * count was stored before, and was put there again to make it look like that.
     */
    private void refused(Heads remembered) {
        Set<Digest> named = new HashSet<>();
        name(named, remembered);
        view.batches().forEach(each -> {
            name(named, each.batch().seen());
            named.add(each.batch().link().previous());
        });
        view.checkpoints().forEach(each -> name(named, each.checkpoint().seen()));
        view.refused().forEach((key, why) -> {
            boolean isLate = why instanceof VaultFault.Untrusted untrusted && untrusted.isLate()
                    && ObjectKeys.parse(key).filter(parsed -> !named.contains(parsed.digest())).isPresent();
            note(isLate ? Flaw.Kind.LATE : Flaw.Kind.REFUSED, key, why.what());
        });
    }

    private static void name(Set<Digest> named, Heads heads) {
        heads.batches().forEach(batch -> named.add(batch.digest()));
        named.addAll(heads.checkpoints());
    }

    private void session(List<StoredBatch> session) {
        StoredBatch first = session.getFirst();
        if (first.key().sequence() > 1) {
            missing(first, 0);
        }
        if (hasStoreTimes && Math.abs(first.key().month().until(Month.of(first.stamped()))) > 1) {
            note(Flaw.Kind.MISDATED, first.key().value(), "was stored on " + first.stamped()
                    + ": under this month no later session looks for it");
        }
        for (int at = 1; at < session.size(); at++) {
            pair(session, session.get(at - 1), session.get(at));
        }
        for (StoredBatch each : session) {
            if (!each.batch().session().equals(first.batch().session()) || !each.signer().equals(first.signer())) {
                note(Flaw.Kind.TWO_FACED, each.key().value(),
                        "is of another host, user, program or slot than the session's beginning");
            }
            each.batch().entries().forEach(entry -> understood(each, entry));
        }
        if (!session.getLast().batch().link().last()) {
            withoutEnd(session, "session " + first.key().session().hex());
        }
    }

    private void withoutEnd(List<StoredBatch> session, String subject) {
        List<Entry.Known> unfinished = LedgerView.unfinished(session);
        for (Entry.Known each : unfinished) {
            note(Flaw.Kind.UNFINISHED, subject + ", " + each.action(), "begun on " + each.time() + " by "
                    + session.getFirst().batch().session().actor().user() + "@"
                    + session.getFirst().batch().session().actor().host()
                    + ", and nothing says how it ended: it runs, was killed, or what came last is missing");
        }
        if (unfinished.isEmpty()) {
            note(Flaw.Kind.WITHOUT_END, subject,
                    "does not say that it ended: it runs, was killed, or what came last is missing");
        }
    }

    private void pair(List<StoredBatch> session, StoredBatch before, StoredBatch after) {
        long step = after.key().sequence() - before.key().sequence();
        if (step == 0) {
            note(Flaw.Kind.FORKED, after.key().value(), "the session has another batch of this number");
            return;
        }
        if (before.batch().link().last()) {
            note(Flaw.Kind.AFTER_THE_END, after.key().value(), "the session had ended before it");
        }
        if (step > 1) {
            missing(after, before.key().sequence());
        } else if (after.batch().link().previous().equals(before.key().digest())) {
            requireNotLater(before.key().value(), after.key().value(), after.stamped());
        } else if (session.stream().noneMatch(each -> each.key().sequence() == before.key().sequence()
                && each.key().digest().equals(after.batch().link().previous()))) {
            note(Flaw.Kind.UNCHAINED, after.key().value(), "names another batch before it than the one that is there");
        }
    }

    /** Those between a batch and the last one of its session before it that is there. */
    private void missing(StoredBatch after, long before) {
        if (view.mayBeGone(after.key().month())) {
            return;
        }
        long number = after.key().sequence() - 1;
        ObjectKey.Ledger key = new ObjectKey.Ledger(after.key().month(), after.key().session(), number,
                after.batch().link().previous());
        if (!view.refused().containsKey(key.value())) {
            note(Flaw.Kind.MISSING, key.value(), "the batch after it names it, and it is not there");
        }
        if (number > before + 1) {
            note(Flaw.Kind.MISSING, "session " + key.session().hex() + ", batches " + (before + 1) + " to "
                    + (number - 1), "later ones of the session are there, and these are not");
        }
    }

    private void understood(StoredBatch batch, Entry entry) {
        boolean known = entry instanceof Entry.Known(_, var action, _, _, _, _) && Family.of(action).isPresent();
        if (!known) {
            note(Flaw.Kind.NOT_UNDERSTOOD, batch.key().value(), "holds an entry that this release does not understand");
        }
    }

    private void requireSeen(Heads seen, String by, Instant stamped) {
        for (ObjectKey.Ledger batch : seen.batches()) {
            if (!view.mayBeGone(batch.month())) {
                require(batch.value(), by, stamped);
            }
        }
        seen.checkpoints().forEach(digest -> require(keyOf(digest), by, stamped));
    }

    private void require(String key, String by, Instant stamped) {
        if (stamps.containsKey(key)) {
            requireNotLater(key, by, stamped);
        } else if (!view.refused().containsKey(key)) {
            note(Flaw.Kind.MISSING, key, by + " has seen it, and it is not there");
        }
    }

    private void requireNotLater(String key, String by, Instant stamped) {
        Instant stored = stamps.get(key);
        if (hasStoreTimes && stored != null && stored.minus(PUT_AGAIN_AFTER).isAfter(stamped)) {
            note(Flaw.Kind.PUT_AGAIN, key,
                    "was stored later than " + by + ", which has seen it: it was put there again");
        }
    }

    private void requireWritten(String digits) {
        if (keys.keySet().stream().noneMatch(digest -> digest.hex().startsWith(digits))) {
            note(Flaw.Kind.MISSING, digits, "was written down, and no batch or checkpoint that counts has this name");
        }
    }

    private static String keyOf(Digest checkpoint) {
        return ObjectKeys.of(Kind.CHECKPOINT, checkpoint).value();
    }

    /** One of a kind for each subject is enough. */
    private void note(Flaw.Kind kind, String subject, String what) {
        flaws.putIfAbsent(kind + " " + subject, new Flaw(kind, subject, what));
    }
}
