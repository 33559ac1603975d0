// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.store.Capabilities;
import dev.muster.store.Key;
import dev.muster.store.Store;
import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.Roll;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Collects the garbage of a repository (docs/format.md, section 10). A run deletes what earlier runs condemned, once its grace
 * has passed, and condemns what it finds itself. It may end at any point: the next one goes on. Several may run at once.
 */
public final class Collect {

    private static final Duration CLOCKS_APART_MAX = Duration.ofDays(1);
    private static final int DELETES_AT_ONCE = 16;

    private final Subject subject;
    private final Machine machine;
    private final CollectLimits limits;
    private final CollectProgress progress;
    private final Statements statements;
    private final LookAround look;

    /**
     * What is collected.
     *
     * @param instance of the repository, from its charter
     * @param statements for gc, see {@link Statements#collecting}
     * @param catalog made of these statements, like the roll
     */
    public record Subject(Store store, Uid instance, Statements statements, SnapshotCatalog catalog, Roll roll,
            WalArchive wal) {}

    /**
     * What it runs on.
     *
     * @param clock of this host
     * @param host its name
     * @param scratch a directory for what does not fit into memory
     */
    public record Machine(InstantSource clock, SecureRandom random, String host, Path scratch) {}

    public Collect(Subject subject, Machine machine, CollectLimits limits, CollectProgress progress) {
        this.subject = subject;
        this.machine = machine;
        this.limits = limits;
        this.progress = progress;
        this.statements = subject.statements();
        this.look = new LookAround(statements, subject.catalog());
    }

    /**
     * Says what a run would do now; changes nothing.
     *
     * @throws VaultFault.NotGranted if the role does not collect garbage
     * @throws VaultFault.Uncollectable if something cannot be judged
     * @throws VaultFault.Refused if the store or this host's clock do not allow it
     */
    public CollectPlan plan() throws InterruptedException {
        requireAllowed();
        KeyLists lists = KeyLists.read(statements, subject.instance());
        Inventory inventory = Inventory.list(subject.store(), lists.keys());
        Sight sight = look.look();
        Map<Uid, String> due =
                GiveUp.due(sight, lists.awaited(sight), subject.store().now(), limits.givenUpAfter());
        return find(lists, inventory, sight.without(due.keySet())).plan(due, TidyIndex.small(statements));
    }

    /**
     * Collects. Sessions that are due are given up first, since what they name may be unreadable by now.
     *
     * @param shown is told the plan before anything is deleted or condemned
     * @throws VaultFault.Refused also if more than half of the snapshots were removed and nothing allows it
     */
    public CollectReport apply(Consumer<CollectPlan> shown) throws InterruptedException {
        requireAllowed();
        KeyLists lists = KeyLists.read(statements, subject.instance());
        Map<Digest, Set<Digest>> quarantined = quarantined();
        Sight before = look.look();
        Map<Uid, String> due =
                GiveUp.due(before, lists.awaited(before), subject.store().now(), limits.givenUpAfter());
        GiveUp giveUp = new GiveUp(statements, subject.instance());
        for (Map.Entry<Uid, String> each : due.entrySet()) {
            giveUp.giveUp(each.getKey(), each.getValue());
        }
        // The store first, then who is there: whatever is listed was put by a session that shows itself or is over.
        Inventory inventory = Inventory.list(subject.store(), lists.keys());
        Findings findings = find(lists, inventory, look.look());
        CollectPlan plan = findings.plan(due, TidyIndex.small(statements));
        shown.accept(plan);
        if (plan.snapshots().mostAreDead() && !limits.removesMost()) {
            throw new VaultFault.Refused(plan.snapshots().fresh() + " of " + (plan.snapshots().fresh()
                    + plan.snapshots().counting() + plan.snapshots().undecided())
                    + " snapshots were removed, more than half", subject.store().place(),
                    "If that is meant, say so: --remove-most.");
        }
        Set<String> deleted = sweep(findings);
        int fewer = tidy(lists, inventory, quarantined, deleted);
        condemn(lists, findings.condemns());
        return new CollectReport(plan, plan.deletesInAll(), plan.condemnsInAll(), fewer,
                look.look().view().undecided().stream().map(head -> head.id()).toList());
    }

    private Findings find(KeyLists lists, Inventory inventory, Sight sight) throws InterruptedException {
        try {
            FindDead finding =
                    new FindDead(subject.store(), statements.chain().opener(), subject.wal(), progress);
            FindDead.Found found = finding.find(inventory, sight, machine.scratch());
            return new Findings(lists, inventory, sight, found, limits, subject.store().now());
        } catch (IOException | UncheckedIOException e) {
            throw FindDead.unusable(machine.scratch(), e);
        }
    }

    private void requireAllowed() throws InterruptedException {
        Role role = statements.chain().role();
        if (role != Role.OWNER && role != Role.REAP) {
            throw new VaultFault.NotGranted("collect garbage", role.toString());
        }
        Capabilities store = subject.store().capabilities();
        if (!store.storeTimes() || store.listing() != Capabilities.Listing.STRONG) {
            throw new VaultFault.Refused("Garbage is collected only where the store says when it took each object and "
                    + "lists all that is there", subject.store().place(),
                    "Run it at the repository itself, not at a copy.");
        }
        // Between two looks at this host's clock, so that a host that sleeps meanwhile is not taken for one that is wrong.
        Instant before = machine.clock().instant();
        Instant stored = subject.store().now();
        Duration ahead = Duration.between(stored, before);
        Duration behind = Duration.between(machine.clock().instant(), stored);
        Duration apart = ahead.compareTo(behind) > 0 ? ahead : behind;
        if (apart.compareTo(CLOCKS_APART_MAX) > 0) {
            throw new VaultFault.Refused(
                    "The clocks of this host and of the store are " + apart.toHours() + " hours apart",
                    subject.store().place(),
                    "Set the one that is wrong: nothing is deleted by a clock that may be wrong.");
        }
    }

    /** Deletes what is ripe, kind by kind. Removed snapshots cannot come back: the roll says so before they go. */
    private Set<String> sweep(Findings findings) throws InterruptedException {
        List<Dead> sweeps = findings.sweeps();
        List<RollEvent> removals = new ArrayList<>();
        for (Dead dead : sweeps) {
            boolean isUnsaid = dead.key().kind() == Kind.SNAPSHOT
                    && !findings.sight().view().roll().isRemoved(dead.key().digest());
            if (isUnsaid) {
                removals.add(new RollEvent.Removed(dead.key().digest()));
            }
        }
        if (!removals.isEmpty()) {
            subject.roll().append(machine.host(), removals);
        }
        Set<String> deleted = ConcurrentHashMap.newKeySet();
        long total = sweeps.stream().mapToLong(Dead::bytes).sum();
        AtomicLong done = new AtomicLong();
        for (int from = 0; from < sweeps.size();) {
            int to = from;
            Kind kind = sweeps.get(from).key().kind();
            while (to < sweeps.size() && sweeps.get(to).key().kind() == kind) {
                to++;
            }
            delete(sweeps.subList(from, to), dead -> {
                deleted.add(dead.key().value());
                progress.at(CollectProgress.Part.DELETING, done.addAndGet(dead.bytes()), total);
            });
            from = to;
        }
        return deleted;
    }

    /** All of them have gone when this returns: what is deleted next may build on it. */
    private void delete(List<Dead> some, Consumer<Dead> gone) throws InterruptedException {
        try (Scope scope = Scope.open("gc-delete", DELETES_AT_ONCE)) {
            for (Dead dead : some) {
                scope.fork(() -> {
                    subject.store().delete(Key.of(dead.key().value()));
                    gone.accept(dead);
                });
            }
            scope.join();
        }
    }

    /**
     * Index objects lose what is gone, then go quarantine and lists of which nothing is left: as long as a writer can find a
     * block in a pack that is gone, something keeps it from adopting that.
     */
    private int tidy(KeyLists lists, Inventory inventory, Map<Digest, Set<Digest>> quarantined, Set<String> deleted)
            throws InterruptedException {
        Set<Digest> gone = new HashSet<>();
        for (String key : lists.keys()) {
            if (isGone(key, inventory, deleted)
                    && ObjectKeys.parse(key).orElse(null) instanceof ObjectKey.Pack pack) {
                gone.add(pack.digest());
            }
        }
        quarantined.values()
                .forEach(packs -> packs.stream().filter(pack -> isGone(pack, inventory, deleted)).forEach(gone::add));
        TidyIndex.Tidied tidied = new TidyIndex(subject.store(), statements, progress).run(gone);
        if (tidied.whole()) {
            for (Map.Entry<Digest, Set<Digest>> each : quarantined.entrySet()) {
                if (gone.containsAll(each.getValue())) {
                    subject.store().delete(Key.of(ObjectKeys.of(Kind.QUARANTINE, each.getKey()).value()));
                }
            }
            retire(lists, inventory, deleted);
        }
        return tidied.fewer();
    }

    private void retire(KeyLists lists, Inventory inventory, Set<String> deleted) throws InterruptedException {
        Set<Digest> retired = new HashSet<>();
        for (KeyLists.Said list : lists.lists()) {
            if (list.what().keys().stream().allMatch(key -> isGone(key, inventory, deleted))) {
                subject.store().delete(Key.of(list.key().value()));
                retired.add(list.digest());
            }
        }
        for (KeyLists.Said roster : lists.idleRosters(retired)) {
            subject.store().delete(Key.of(roster.key().value()));
        }
    }

    private static boolean isGone(String wantedKey, Inventory inventory, Set<String> deleted) {
        return !inventory.has(wantedKey) || deleted.contains(wantedKey);
    }

    private static boolean isGone(Digest pack, Inventory inventory, Set<String> deleted) {
        Inventory.Pack found = inventory.packs().get(pack);
        return found == null || deleted.contains(ObjectKeys.of(found.kind(), pack).value());
    }

    /** Of every quarantine object that can be read, the packs that it names; it was read before the store was listed. */
    private Map<Digest, Set<Digest>> quarantined() throws InterruptedException {
        record Named(Digest object, Set<Digest> packs) {}
        Map<Digest, Set<Digest>> quarantined = new ConcurrentHashMap<>();
        statements.survey(Kind.QUARANTINE, (Statement statement) -> {
            Set<Digest> packs = new HashSet<>();
            statement.decode(Quarantine::decode).places().forEach(place -> packs.add(place.pack()));
            return new Named(statement.key().digest(), packs);
        }).said().forEach(named -> quarantined.put(named.object, named.packs));
        return quarantined;
    }

    /** Lists are durable before the sessions are listed that were open then; they wait for those. */
    private void condemn(KeyLists lists, List<Dead> dead) throws InterruptedException {
        Uid session = Uid.random(machine.random());
        List<Digest> put = new ArrayList<>(lists.withoutRoster());
        for (int from = 0; from < dead.size(); from += Condemned.KEYS_MAX) {
            List<String> keys = dead.subList(from, Math.min(dead.size(), from + Condemned.KEYS_MAX))
                    .stream()
                    .map(each -> each.key().value())
                    .toList();
            put.add(put(new Condemned(subject.instance(), session, keys)));
        }
        if (!put.isEmpty()) {
            List<Uid> open = look.look().openWriters().stream().map(Session::session).toList();
            put(new Condemned(subject.instance(), session, List.of(), put, open));
        }
    }

    private Digest put(Condemned body) throws InterruptedException {
        return statements
                .put(Kind.CONDEMNED, digest -> ObjectKeys.of(Kind.CONDEMNED, body.session(), digest), body.encode())
                .digest();
    }
}
