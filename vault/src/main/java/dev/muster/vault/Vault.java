// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault;

import dev.muster.disk.OwnerOnly;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.CaptureSetting;
import dev.muster.vault.capture.ReadingSession;
import dev.muster.vault.check.CheckProgress;
import dev.muster.vault.check.CheckRepository;
import dev.muster.vault.check.FindUntold;
import dev.muster.vault.collect.Collect;
import dev.muster.vault.collect.CollectLimits;
import dev.muster.vault.collect.CollectProgress;
import dev.muster.vault.collect.Pins;
import dev.muster.vault.copy.ReplicaStore;
import dev.muster.vault.key.Charter;
import dev.muster.vault.key.CharterMark;
import dev.muster.vault.key.KeyRing;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.key.NewRepository;
import dev.muster.vault.ledger.Heads;
import dev.muster.vault.ledger.Ledger;
import dev.muster.vault.ledger.LedgerWriter;
import dev.muster.vault.ledger.Session;
import dev.muster.vault.ledger.VerifyLedger;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.roll.Anchor;
import dev.muster.vault.roll.AnchorFile;
import dev.muster.vault.roll.Roll;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.wal.CoverNeeds;
import dev.muster.vault.wal.WalAccess;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalRoll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** An open repository. Thread-safe. The store is the caller's and stays open when this is closed. */
public final class Vault implements AutoCloseable {

    private static final int PLACE_CHARACTERS = 32;
    private static final int PREFIX_CHARACTERS_MIN = 4;

    private final Store store;
    private final Instruments instruments;
    private final KeyRing keys;
    private final AnchorFile anchor;
    private final List<String> notices;
    private volatile Parts parts;

    private Vault(Store store, Instruments instruments, KeyRing keys, AnchorFile anchor, List<String> notices) {
        this.store = store;
        this.instruments = instruments;
        this.keys = keys;
        this.anchor = anchor;
        this.notices = List.copyOf(notices);
        this.parts = Parts.of(this);
    }

    /**
     * Makes a repository in an empty store and opens it.
     *
     * @param label what people call its first slot
     * @throws VaultFault.Refused if there is anything in the store
     */
    public static Vault create(Store store, NewRepository draft, KeySource key, String label, Instruments instruments)
            throws InterruptedException {
        KeyRing keys = KeyRing.create(store, draft, key, label, instruments.clock(), instruments.random());
        return remembered(store, instruments, keys, Optional.empty());
    }

    /**
     * Opens a repository. A host that cannot write down what it sees of it can read it all the same: {@link #notices}.
     *
     * @throws VaultFault.WrongKey if the key unlocks no slot
     * @throws VaultFault.RolledBack if it is older than this host has seen it
     * @throws VaultFault.StateUnusable if what this host has seen of it is there and cannot be read
     */
    public static Vault open(Store store, KeySource key, Instruments instruments) throws InterruptedException {
        Optional<Anchor> seen = new AnchorFile(state(store, instruments.stateDirectory())).read();
        Store guarded = ReplicaStore.around(store);
        KeyRing keys = KeyRing.open(guarded, key, seen.map(Vault::mark), instruments.clock(), instruments.random());
        return remembered(guarded, instruments, keys, seen);
    }

    /**
     * The last charter that this host has seen at this place, for {@link KeyRing#open}.
     *
     * @param stateDirectory as in {@link Instruments}
     * @throws VaultFault.StateUnusable if it is there and cannot be read
     */
    public static Optional<CharterMark> seen(Store store, Path stateDirectory) {
        return new AnchorFile(state(store, stateDirectory)).read().map(Vault::mark);
    }

    private static CharterMark mark(Anchor anchor) {
        return new CharterMark(anchor.repository(), anchor.charterSequence(), anchor.charter());
    }

    /** What does not stop a reader, but what it should know; in sentences. */
    public List<String> notices() {
        return notices;
    }

    public Uid repository() {
        return keys.repository();
    }

    /** Slots, epochs and the charter, and how they are changed; {@link #refresh} after a change. */
    public KeyRing keys() {
        return keys;
    }

    public Role role() {
        return keys.role();
    }

    /**
     * Reads the charter again: slots and epochs may have been added or removed elsewhere.
     *
     * @throws VaultFault.StateUnusable if this host cannot write down what it sees
     */
    public void refresh() throws InterruptedException {
        keys.refresh();
        CharterMark mark = keys.mark();
        anchor.seen(mark.sequence(), mark.digest(), keys.charter().newestEpoch());
        parts = Parts.of(this);
    }

    /**
     * Reads the charter again, for one who goes on for a long time: archives of the log that were asked for before follow the
     * keys. Nothing is made anew if they are as they were.
     *
     * @throws VaultFault.WrongKey if the key's slot was removed: what it signs from then on does not count
     */
    public void follow() throws InterruptedException {
        if (keys.refresh()) {
            parts = Parts.of(this);
            CharterMark mark = keys.mark();
            anchor.seen(mark.sequence(), mark.digest(), keys.charter().newestEpoch());
        }
    }

    /** Begins to write a snapshot, by the charter as it is now. */
    public CaptureSession capture(CaptureRequest request) throws InterruptedException {
        refreshToWrite();
        return CaptureSession.open(parts.setting, request);
    }

    /** Whether this is a copy, which is written by copying alone. */
    public boolean isReplica() {
        return store instanceof ReplicaStore;
    }

    private void refreshToWrite() throws InterruptedException {
        if (isReplica()) {
            throw ReplicaStore.refusal(store.place());
        }
        refresh();
        keys.chain().current();
    }

    /** The snapshots that count, newest first. */
    public List<SnapshotHead> snapshots() throws InterruptedException {
        return catalog().counting();
    }

    /** All snapshots, whether they count or not, and what looks like one and is none. */
    public SnapshotCatalog.View catalog() throws InterruptedException {
        return parts.setting.catalog().read();
    }

    /**
     * The snapshot that counts whose id begins like this.
     *
     * @param idPrefix at least 4 hex digits
     * @return empty if there is none
     * @throws VaultFault.Refused if there are several, or the prefix is shorter
     */
    public Optional<SnapshotHead> snapshot(String idPrefix) throws InterruptedException {
        if (idPrefix.length() < PREFIX_CHARACTERS_MIN) {
            throw new VaultFault.Refused("This may be the beginning of many snapshots", idPrefix,
                    "Give at least " + PREFIX_CHARACTERS_MIN + " digits.");
        }
        List<SnapshotHead> found =
                snapshots().stream().filter(head -> head.id().hex().startsWith(idPrefix)).toList();
        if (found.size() > 1) {
            throw new VaultFault.Refused(found.size() + " snapshots begin like this", idPrefix, "Give more digits.");
        }
        return found.stream().findFirst();
    }

    /** Reads a snapshot; for what takes longer than minutes, {@link #hold} it first. */
    public SnapshotReader read(SnapshotHead head) {
        int windows = Math.clamp(2L * instruments.workers(), 3, 8);
        return new SnapshotReader(head, store, keys.chain(), windows);
    }

    /**
     * Keeps gc away from a snapshot while somebody reads it.
     *
     * @param host where it is read
     * @param purpose what for, in words
     * @throws VaultFault.Missing if it does not count any more
     */
    public ReadingSession hold(SnapshotHead head, String host, String purpose) throws InterruptedException {
        return hold(head, host, purpose, List.of());
    }

    /**
     * The same, and away from the WAL that is read besides what the snapshot needs.
     *
     * @throws VaultFault.Missing if the snapshot does not count any more
     */
    public ReadingSession hold(SnapshotHead head, String host, String purpose, List<WalNeed> log)
            throws InterruptedException {
        return ReadingSession.open(parts.setting, head, host, purpose, log);
    }

    /**
     * The write-ahead log.
     *
     * @param host of whoever begins histories with it
     */
    public WalArchive wal(String host) {
        return new WalArchive(parts.walAccess, new OnRoll(() -> parts.setting.roll(), host));
    }

    /** What must be present. */
    public Roll roll() {
        return parts.setting.roll();
    }

    /** Writes and reads what is signed, as this slot. */
    public Statements statements() {
        return parts.setting.statements();
    }

    /**
     * Begins to write a session of the ledger, as this slot.
     *
     * @param actor whose
     */
    public LedgerWriter ledgerWriter(Session.Actor actor) {
        return new LedgerWriter(ledger(), Uid.random(instruments.random()), actor, new OnAnchor(anchor));
    }

    /** What a host cannot remember was said when the repository was opened: the ledger itself is durable. */
    private record OnAnchor(AnchorFile anchor) implements LedgerWriter.Remembrance {

        @Override
        public Heads remembered() {
            try {
                return anchor.read().map(Anchor::ledger).orElse(Heads.NONE);
            } catch (VaultFault.StateUnusable _) {
                return Heads.NONE;
            }
        }

        @Override
        public void wrote(ObjectKey.Ledger batch, Heads covered) {
            try {
                anchor.wrote(batch, covered);
            } catch (VaultFault.StateUnusable _) {
                // Said before.
            }
        }
    }

    /** What happened. */
    public Ledger ledger() {
        return new Ledger(parts.setting.statements(), keys.charter().instance());
    }

    /**
     * Reads the ledger and compares it with what this host has seen of it, which it remembers anew, and with what is there.
     *
     * @param written digests that people have written down, or their first digits
     */
    public VerifyLedger.Verified verifyLedger(List<String> written) throws InterruptedException {
        Heads remembered = anchor.read().map(Anchor::ledger).orElse(Heads.NONE);
        VerifyLedger.Verified verified = VerifyLedger.read(ledger(), store.capabilities().storeTimes(), remembered,
                written);
        try {
            anchor.seen(verified.view());
        } catch (VaultFault.StateUnusable _) {
            // What this means was said when the repository was opened.
        }
        return verified.and(FindUntold.in(verified.view(), keys.slots(), keys.charter().epochs().size(), snapshots()));
    }

    /** What this host remembers of the repository at this place. */
    public AnchorFile anchor() {
        return anchor;
    }

    /**
     * Checks of this repository.
     *
     * @param scratch a directory for what does not fit into memory
     */
    public CheckRepository check(Path scratch, CheckProgress progress) {
        CaptureSetting setting = parts.setting;
        return new CheckRepository(new CheckRepository.Subject(store, keys, setting.statements(), setting.catalog(),
                wal("check"), setting.coverage()), scratch, progress);
    }

    /** What of this repository was proven when. */
    public Proofs proofs() {
        return new Proofs(parts.setting.statements(), keys.charter().instance());
    }

    /**
     * Garbage collection of this repository, by the charter as it is now.
     *
     * @param host where it runs
     * @throws VaultFault.StateUnusable if this host has no room for what does not fit into memory
     */
    public Collect collect(String host, CollectLimits limits, CollectProgress progress) throws InterruptedException {
        refreshToWrite();
        Statements statements = parts.setting.statements().collecting();
        Uid instance = keys.charter().instance();
        Roll roll = new Roll(statements, instance, instruments.clock());
        Collect.Subject subject = new Collect.Subject(store, instance, statements,
                new SnapshotCatalog(statements, instance, roll), roll, wal(host));
        Path scratch = state(store, instruments.stateDirectory()).resolve("collect");
        try {
            OwnerOnly.makeDirectories(scratch);
        } catch (IOException e) {
            throw new VaultFault.StateUnusable("the scratch space of gc", scratch.toString(), e);
        }
        return new Collect(subject, new Collect.Machine(instruments.clock(), instruments.random(), host, scratch),
                limits, progress);
    }

    /**
     * Snapshots, roll and what sessions need, for one who decides what may go; by the charter as it is now.
     *
     * @throws VaultFault.Uncollectable if anything cannot be read, or must be there and is not
     */
    public Pins pins() throws InterruptedException {
        refreshToWrite();
        Statements statements = parts.setting.statements().collecting();
        Uid instance = keys.charter().instance();
        return Pins.read(statements,
                new SnapshotCatalog(statements, instance, new Roll(statements, instance, instruments.clock())));
    }

    /** What the repository holds, by listing all of it. */
    public RepositoryStats stats() throws InterruptedException {
        Map<Kind, RepositoryStats.Usage> kinds = new EnumMap<>(Kind.class);
        RepositoryStats.Usage[] others = {RepositoryStats.Usage.NONE};
        store.list(Prefix.everything(), blob -> {
            Optional<Kind> kind = ObjectKeys.parse(blob.key().value()).map(ObjectKey::kind);
            if (kind.isEmpty()) {
                others[0] = others[0].plus(blob.length());
            } else {
                kinds.put(kind.get(),
                        kinds.getOrDefault(kind.get(), RepositoryStats.Usage.NONE).plus(blob.length()));
            }
        });
        return new RepositoryStats(kinds, others[0]);
    }

    /** Overwrites the secrets. Sessions and readers are of no use afterwards. */
    @Override
    public void close() {
        keys.close();
    }

    private static Vault remembered(Store store, Instruments instruments, KeyRing keys, Optional<Anchor> seen) {
        AnchorFile file = new AnchorFile(state(store, instruments.stateDirectory()));
        Charter charter = keys.charter();
        CharterMark mark = keys.mark();
        List<String> notices = new ArrayList<>();
        try {
            if (seen.isEmpty()) {
                file.begin(new Anchor(keys.repository(), mark.sequence(), mark.digest(), charter.newestEpoch(),
                        List.of(), Map.of(), Heads.NONE));
            } else {
                file.seen(mark.sequence(), mark.digest(), charter.newestEpoch());
            }
        } catch (VaultFault.StateUnusable e) {
            notices.add("What is seen of the repository now cannot be remembered in " + e.subject()
                    + ": an older copy put in its place later would not be noticed, and captures are refused here.");
        }
        if (!store.capabilities().storeTimes() && charter.slots().stream().anyMatch(slot -> !slot.active())) {
            notices.add(
                    "This is a copy without the times of its store, and keys were removed from the repository: what "
                            + "one of them signed after its removal cannot be told from what it signed before.");
        }
        return new Vault(store, instruments, keys, file, notices);
    }

    private Authority authority() {
        return store.capabilities().storeTimes() ? keys.authority() : keys.authorityWithoutTimes();
    }

    /** A copy at another place may lag behind: what is remembered belongs to a place. */
    private static Path state(Store store, Path stateDirectory) {
        String place = Digest.sha256(store.place().getBytes(StandardCharsets.UTF_8)).hex();
        return stateDirectory.resolve(place.substring(0, PLACE_CHARACTERS));
    }

    /** What is made of one state of the keys. */
    private record Parts(CaptureSetting setting, WalAccess walAccess) {

        static Parts of(Vault vault) {
            KeyRing keys = vault.keys;
            Instruments instruments = vault.instruments;
            Statements statements = new Statements(vault.store, keys.chain(), keys.signer(), vault.authority(),
                    instruments.random());
            Uid instance = keys.charter().instance();
            Roll roll = new Roll(statements, instance, instruments.clock());
            WalAccess access = new WalAccess(vault.store, keys::chain, keys.signer(), vault.authority(),
                    instruments.random(), instruments.clock());
            CaptureSetting.Machine machine = new CaptureSetting.Machine(instruments.clock(), instruments.random(),
                    state(vault.store, instruments.stateDirectory()), instruments.workers(), instruments.crashPoints());
            CaptureSetting setting = new CaptureSetting(vault.store, keys.chain(), keys.charter(), statements,
                    new SnapshotCatalog(statements, instance, roll), roll, vault.anchor,
                    new CoverNeeds(new WalArchive(access, new OnRoll(() -> roll, "coverage"))), vault::refreshToWrite,
                    machine);
            return new Parts(setting, access);
        }
    }

    /** The roll as the log sees it. */
    private record OnRoll(Supplier<Roll> roll, String host) implements WalRoll {

        @Override
        public List<Digest> headsSeen() {
            return roll.get().headsSeen();
        }

        @Override
        public void lineageBegun(Uid incarnation) throws InterruptedException {
            roll.get().append(host, List.of(new RollEvent.LineageBegun(incarnation)));
        }

        @Override
        public WalCover released(Uid incarnation) throws InterruptedException {
            return WalCover.released(roll.get().read(), incarnation);
        }
    }
}
