// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.index.Exclusions;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.snapshot.SnapshotBody;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotCounts;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.tree.TreeRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Steps 5 to 10 of writing a snapshot (docs/format.md, section 9): its order is the safety. */
final class CommitSnapshot {

    /** A session is given up after days of silence: twice in a row is no accident. */
    private static final int SESSIONS_MAX = 3;

    private final CaptureSetting setting;
    private final CaptureRequest request;
    private final SessionCandidates candidates;
    private final AdoptedPacks adopted;
    private final Exclusions excludedBefore;

    /** @param excludedBefore what was not adopted from */
    CommitSnapshot(CaptureSetting setting, CaptureRequest request, SessionCandidates candidates, AdoptedPacks adopted,
            Exclusions excludedBefore) {
        this.setting = setting;
        this.request = request;
        this.candidates = candidates;
        this.adopted = adopted;
        this.excludedBefore = excludedBefore;
    }

    /** Commits a table; it and all that it reaches and this session has put is durable and listed in index objects. */
    SnapshotHead run(TreeRoot table, SnapshotDraft draft, SnapshotCounts counts) throws InterruptedException {
        requireWal(draft.needs(), Exclusions.none());
        Optional<SnapshotHead> put = put(table, draft, counts);
        for (int sessions = 1; put.isEmpty(); sessions++) {
            if (sessions == SESSIONS_MAX) {
                throw new VaultFault.NotCommitted(
                        "its session was given up or finished by another " + sessions + " times",
                        setting.chain().repository().hex());
            }
            candidates.beginAnew();
            adopted.disown();
            put = put(table, draft, counts);
        }
        SnapshotHead head = put.get();
        setting.reached("before-roll");
        journal(head);
        setting.reached("after-roll");
        candidates.withdraw();
        return head;
    }

    /** Steps 6 to 9; empty if the session is over, so that what it has put counts for nothing. */
    private Optional<SnapshotHead> put(TreeRoot table, SnapshotDraft draft, SnapshotCounts counts)
            throws InterruptedException {
        setting.reached("before-propose");
        candidates.propose(table, draft.needs());
        setting.reached("after-propose");
        setting.enrolment().look();
        Exclusions now = Exclusions.read(setting.statements());
        Optional<AdoptedPacks.Objection> objection = adopted.objection(setting.store(), excludedBefore, now);
        if (objection.isPresent()) {
            exclude(objection.get().gone());
            throw new VaultFault.NotCommitted(objection.get().why(), setting.chain().repository().hex());
        }
        requireWal(draft.needs(), now);
        if (!candidates.isAlive(Optional.empty())) {
            return Optional.empty();
        }
        List<Digest> rollHeads = setting.roll().read().heads();
        SnapshotBody body = new SnapshotBody(candidates.session(), request.source(), draft.begun(),
                setting.clock().instant(), table, counts, draft.needs(), request.tags(), draft.facts(), rollHeads);
        setting.reached("before-commit");
        ObjectKey.OfSession key = setting.statements().put(Kind.SNAPSHOT,
                digest -> new ObjectKey.OfSession(Kind.SNAPSHOT, body.session(), digest), body.encode());
        setting.reached("after-commit");
        // What a slot signs after its removal does not count, so a removal just before the put must not pass for success.
        setting.enrolment().look();
        SnapshotHead head = setting.catalog().find(key).orElseThrow(
                () -> new VaultFault.NotCommitted("it is gone right after it was put", key.value()));
        return candidates.isAlive(Optional.of(key.digest())) ? Optional.of(head) : Optional.empty();
    }

    /** Puts it on the roll, with those whose writers ended before they did. */
    private void journal(SnapshotHead head) throws InterruptedException {
        SnapshotCatalog.View view = setting.catalog().read();
        List<RollEvent> events = new ArrayList<>(List.of(new RollEvent.Committed(head.id())));
        view.unjournaled()
                .stream()
                .filter(other -> !other.id().equals(head.id()))
                .forEach(other -> events.add(new RollEvent.Committed(other.id())));
        setting.anchor().seen(setting.roll().extend(request.source().host(), events, view.roll()));
    }

    /** Lets no capture adopt from packs that are gone: an index object names them still, and the next would fail as this did. */
    private void exclude(Set<Digest> gone) throws InterruptedException {
        if (!gone.isEmpty()) {
            Quarantine body = new Quarantine(setting.clock().instant(), "a capture that missed them",
                    gone.stream().limit(Quarantine.PLACES_MAX).map(pack -> new Quarantine.Place(pack, 0)).toList());
            setting.statements().put(Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), body.encode());
        }
    }

    /** What gc has condemned may be gone in a moment, so it covers nothing. */
    private void requireWal(List<WalNeed> needs, Exclusions excluded) throws InterruptedException {
        Optional<String> missing = setting.coverage().firstMissing(needs, excluded::hasRange);
        if (missing.isPresent()) {
            throw new VaultFault.NotCommitted("WAL that it needs is not in the repository: " + missing.get(),
                    setting.chain().repository().hex());
        }
    }
}
