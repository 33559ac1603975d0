// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.SlotInfo;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.Ledger;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.roll.Anchor;
import dev.muster.vault.roll.RollView;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.WalCoverage;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.statement.Survey;
import dev.muster.vault.tree.TreeReader;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.ReadReport;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Checks a repository of which at least the metadata key was granted. */
public final class CheckRepository {

    private static final int PACKS_AT_ONCE = 4;
    private static final long NODES_BYTES_MAX = 16 << 20;

    private final Subject subject;
    private final Path scratch;
    private final CheckProgress progress;
    private final Reading reading;

    /**
     * What is checked.
     *
     * @param store where the objects are
     * @param ring the keys that were granted
     * @param statements reads the metadata objects
     * @param catalog the snapshots
     * @param wal the log
     * @param coverage answers what of the log snapshots need
     */
    public record Subject(Store store, KeyRing ring, Statements statements, SnapshotCatalog catalog, WalArchive wal,
            WalCoverage coverage) {}

    /** @param scratch a directory for what does not fit into memory, removed afterwards */
    public CheckRepository(Subject subject, Path scratch, CheckProgress progress) {
        this(subject, scratch, progress, Reading.ALL);
    }

    private CheckRepository(Subject subject, Path scratch, CheckProgress progress, Reading reading) {
        this.subject = subject;
        this.scratch = scratch;
        this.progress = progress;
        this.reading = reading;
    }

    /** The same, which reads whole only those packs and ranges of WAL that are chosen. */
    CheckRepository reading(Reading chosen) {
        return new CheckRepository(subject, scratch, progress, chosen);
    }

    Subject subject() {
        return subject;
    }

    /**
     * Checks it.
     *
     * @param anchor what this host remembers of the repository
     * @throws IOException if the scratch directory cannot be used
     */
    public CheckReport check(Depth depth, Optional<Anchor> anchor) throws IOException, InterruptedException {
        Findings findings = new Findings();
        Tally tally = new Tally();
        if (depth.readsBytes()) {
            new CheckObjects(subject.store(), PACKS_AT_ONCE, progress, reading).into(findings, tally);
        }
        if (depth.readsStructure()) {
            keys(findings);
            SnapshotCatalog.View view;
            try (PlaceSet places = new PlaceSet(scratch)) {
                packs(depth, places, findings, tally);
                statements(places, findings);
                view = subject.catalog().read();
                snapshots(view, places, findings, tally);
                new CheckPresence(subject.wal(), findings).check(view, anchor);
            }
            wal(depth, view.roll(), findings);
            Uid instance = subject.ring().charter().instance();
            new CheckLedger(new Ledger(subject.statements(), instance), new Proofs(subject.statements(), instance),
                    findings).check(subject.store().capabilities().storeTimes(),
                            anchor.map(Anchor::ledger).orElse(Heads.NONE));
        }
        return new CheckReport(depth, tally.counts(), findings.list(), findings.badPlaces());
    }

    /** Junk among the keys is noticed; what the charter names and is gone is damage. */
    private void keys(Findings findings) throws InterruptedException {
        subject.ring().findings().forEach(finding -> findings.notice(finding.key(), finding.what()));
        for (Digest epoch : subject.ring().charter().epochs()) {
            String key = ObjectKeys.of(Kind.EPOCH, epoch).value();
            if (subject.store().stat(Key.of(key)).isEmpty()) {
                findings.damage(key, "the charter names this epoch, and its object is gone");
            }
        }
        for (SlotInfo slot : subject.ring().slots()) {
            if (slot.slot().isEmpty() && slot.retired().isEmpty()) {
                findings.damage(ObjectKeys.of(Kind.SLOT, slot.digest()).value(),
                        "the charter names this slot, and its object is gone or not what was written");
            }
        }
    }

    private void packs(Depth depth, PlaceSet places, Findings findings, Tally tally) throws InterruptedException {
        CheckPacks packs =
                new CheckPacks(subject.store(), subject.ring().chain(), depth.opensFrames(), reading, findings, tally);
        List<BlobInfo> listed = CheckObjects.list(subject.store()).stream().filter(CheckRepository::isPack).toList();
        Advance advance = new Advance(progress, CheckProgress.Part.PACKS, CheckObjects.bytes(listed));
        try (Scope scope = Scope.open("check-packs", PACKS_AT_ONCE)) {
            for (BlobInfo blob : listed) {
                ObjectKey key = ObjectKeys.parse(blob.key().value()).orElseThrow();
                scope.fork(() -> {
                    packs.read(blob, key.kind(), key.digest(), places);
                    advance.more(blob.length());
                });
            }
            scope.join();
        }
    }

    private static boolean isPack(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value())
                .filter(key -> key.kind() == Kind.DATA || key.kind() == Kind.MAP)
                .isPresent();
    }

    /**
     * Metadata objects that nothing else reads here; an index that points nowhere would let a capture adopt nothing. What gc
     * has condemned it may have deleted before it came to the index, and a capture adopts nothing of that.
     */
    private void statements(PlaceSet places, Findings findings) throws InterruptedException {
        Set<String> condemned = new HashSet<>();
        survey(Kind.CONDEMNED, Condemned::of, findings).forEach(list -> condemned.addAll(list.keys()));
        for (IndexObject index : survey(Kind.INDEX, statement -> statement.decode(IndexObject::decode), findings)) {
            for (BlockRef block : index.blocks()) {
                boolean mayGo = condemned.contains(ObjectKeys.of(index.packKind(), block.pack()).value());
                if (!mayGo && !places.contains(block) && !findings.isBad(block.pack())) {
                    findings.damage("index entry " + block.id(), "names a frame that is not there as it was written");
                }
            }
        }
        survey(Kind.QUARANTINE, statement -> statement.decode(Quarantine::decode), findings);
    }

    private <T> List<T> survey(Kind kind, Function<Statement, T> interpretation, Findings findings)
            throws InterruptedException {
        Survey<T> survey = subject.statements().survey(kind, interpretation);
        survey.refused().forEach(refused -> findings.damage(refused.key().value(), refused.why().what()));
        return survey.said();
    }

    private void snapshots(SnapshotCatalog.View view, PlaceSet places, Findings findings, Tally tally)
            throws InterruptedException {
        TreeReader trees = new TreeReader(BlockFetcher.ofMaps(subject.store(), subject.ring().chain().opener()),
                NODES_BYTES_MAX);
        CheckSnapshots snapshots = new CheckSnapshots(trees, subject.coverage(), places, findings, tally);
        for (SnapshotHead head : view.counting()) {
            snapshots.follow(head);
        }
    }

    private void wal(Depth depth, RollView roll, Findings findings) throws IOException, InterruptedException {
        subject.wal().lineages().unreadable().forEach((key, why) -> findings.damage(key, why.what()));
        List<History> histories = new ArrayList<>();
        for (Lineage lineage : subject.wal().lineages().known()) {
            histories.add(history(lineage, roll));
        }
        Advance advance = new Advance(progress, CheckProgress.Part.WAL,
                histories.stream().flatMap(each -> each.spans.stream()).mapToLong(WalSpan::length).sum());
        for (History history : histories) {
            for (WalSpan span : history.spans) {
                wal(depth, history.lineage, span, findings, advance);
            }
            holes(history, findings);
        }
    }

    /**
     * A history is put in order from its first byte on, so what is missing before its end was there, unless
     * it was released. A receiver may have put more while the keys were listed, and retention may have released more: a hole
     * counts if it is still there when both are read again.
     */
    private void holes(History history, Findings findings) throws InterruptedException {
        List<WalSpan> missing = history.missing();
        if (missing.isEmpty()) {
            return;
        }
        Lineage lineage = history.lineage;
        History again = history(lineage, subject.catalog().read().roll());
        for (WalSpan hole : again.missing()) {
            if (missing.stream().noneMatch(hole::overlaps)) {
                continue;
            }
            findings.damage("wal/" + lineage.incarnation().hex() + " " + hole,
                    "is not there, though WAL behind it is: no moment from " + WalSpan.lsn(hole.start())
                            + " to the next snapshot can be recovered");
        }
    }

    private History history(Lineage lineage, RollView roll) throws InterruptedException {
        return new History(lineage, WalCover.released(roll, lineage.incarnation()),
                subject.wal().cover(lineage.incarnation()).spans());
    }

    /**
     * A history of the log, and what of it is there.
     *
     * @param released what need not be there
     */
    private record History(Lineage lineage, WalCover released, List<WalSpan> spans) {

        List<WalSpan> missing() {
            List<WalSpan> missing = new ArrayList<>();
            long next = lineage.descent().first();
            for (WalSpan span : spans) {
                if (Long.compareUnsigned(next, span.start()) < 0) {
                    missing.add(new WalSpan(next, span.start()));
                }
                next = WalSpan.later(next, span.end());
            }
            return new WalCover(missing).minus(released).spans();
        }
    }

    /** What of a span the ranges hold that are read whole. */
    private List<WalSpan> chosen(Uid incarnation, WalSpan span) throws InterruptedException {
        if (reading == Reading.ALL) {
            return List.of(span);
        }
        List<WalSpan> chosen = new ArrayList<>();
        subject.store().list(Prefix.of(Kind.WAL.prefix() + "/" + incarnation.hex() + "/"), blob -> {
            if (ObjectKeys.parse(blob.key().value()).orElse(null) instanceof ObjectKey.Wal range
                    && reading.reads(range.digest())) {
                chosen.add(new WalSpan(range.start(), range.end()));
            }
        });
        return WalCover.of(chosen).spans().stream().filter(span::overlaps).toList();
    }

    private void wal(Depth depth, Lineage lineage, WalSpan span, Findings findings, Advance advance)
            throws IOException, InterruptedException {
        try {
            if (depth.opensFrames() && subject.ring().role().opens()) {
                for (WalSpan part : chosen(lineage.incarnation(), span)) {
                    ReadReport report = subject.wal()
                            .read(lineage.incarnation(), part,
                                    (_, _, _, length) -> advance.more(reading == Reading.ALL ? length : 0));
                    report.bad().forEach(findings::damage);
                }
            }
            if (reading == Reading.ALL && depth.opensFrames() && subject.ring().role().opens()) {
                return;
            }
            if (!subject.wal().confirm(lineage.incarnation(), span).contains(span)) {
                findings.damage("wal/" + lineage.incarnation().hex(),
                        "ranges do not hold what their keys say: " + span);
            }
            advance.more(span.length());
        } catch (WalFault | VaultFault e) {
            findings.damage("wal/" + lineage.incarnation().hex() + " " + span, e.what() + ": " + e.subject());
        }
    }
}
