// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.store.Store;
import dev.muster.vault.key.Charter.Member;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.Signer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A repository's keys, unlocked by one slot. Reading is thread-safe; changes wait for each other. Every change ends
 * with a new charter: a crash before it changes nothing, and what was put by then does no harm.
 */
public final class KeyRing implements AutoCloseable {

    private final Store store;
    private final OpenSlot mine;
    private final InstantSource clock;
    private final SecureRandom random;
    private volatile Granted.Opened state;

    private KeyRing(Store store, OpenSlot mine, Granted.Opened state, InstantSource clock, SecureRandom random) {
        this.store = store;
        this.mine = mine;
        this.state = state;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a repository in an empty store, with one owner slot and one epoch.
     *
     * @param label what people call the slot
     * @throws VaultFault.Refused if there is anything in the store
     */
    public static KeyRing create(Store store, NewRepository draft, KeySource key, String label, InstantSource clock,
            SecureRandom random) throws InterruptedException {
        KeyObjects objects = new KeyObjects(store);
        objects.requireVacant();
        Uid repository = Uid.random(random);
        RootKey root = RootKey.random(random);
        OpenSlot made = Slot.make(repository, new Slot.Draft(Role.OWNER, label, clock.instant()), key, root, random);
        EpochSecrets epoch = EpochSecrets.fresh(1, random);
        objects.put(Kind.SLOT, made.slot().object());
        Digest first = objects.put(Kind.EPOCH, Epoch.object(repository, root, epoch, clock.instant(), false));
        objects.put(Kind.GRANT, Grant.object(made.slot(), first, epoch, root, random));
        Charter charter = new Charter(1, Digest.NONE, clock.instant(), draft.blockBytes(), draft.packBytes(),
                Uid.random(random), root.publicKey(), List.of(Member.of(made.slot())), List.of(first));
        objects.putOnlyCharter(charter.object(repository, root));
        epoch.wipe();
        root.wipe();
        return new KeyRing(store, made, reread(made, objects), clock, random);
    }

    /**
     * Opens a repository.
     *
     * @param seen the charter that this host saw last: one with a lower sequence is refused, another repository not looked at
     * @throws VaultFault.WrongKey if the key unlocks no slot of the charter
     * @throws VaultFault.NoRepository if there is no slot at all
     * @throws VaultFault.RolledBack if the store shows an older state than this host saw
     */
    public static KeyRing open(Store store, KeySource key, Optional<CharterMark> seen, InstantSource clock,
            SecureRandom random) throws InterruptedException {
        KeyObjects objects = new KeyObjects(store);
        Unlocking.Unlocked unlocked = new Unlocking(objects).unlock(key, seen.map(CharterMark::repository));
        OpenSlot slot = unlocked.slot();
        seen.ifPresent(mark -> unlocked.charters().requireNotOlder(mark, objects));
        Granted.Opened state = Granted.open(slot, unlocked.charters(), new RootObjects(objects, slot.slot()));
        return new KeyRing(store, slot, state, clock, random);
    }

    public Uid repository() {
        return mine.slot().repository();
    }

    /** What the slot that opened this ring is for. */
    public Role role() {
        return mine.slot().role();
    }

    /** The slot that opened this ring. */
    public Slot slot() {
        return mine.slot();
    }

    /** The secrets as of now; ask again after {@link #refresh} or a change. */
    public KeyChain chain() {
        return state.chain();
    }

    /** Signs as the slot that opened this ring. */
    public Signer signer() {
        return new Signer(mine.slot().digest(), mine.secrets().signing());
    }

    /** The charter that holds. */
    public Charter charter() {
        return state.charters().holding().charter();
    }

    /** What a host remembers of the charter, to notice an older state later. */
    public CharterMark mark() {
        return state.charters().holding().mark(repository());
    }

    /** Whose signatures count, always by the charter that holds. */
    public Authority authority() {
        return slot -> charter().enrolled(slot);
    }

    /**
     * Whose signatures count in a copy that does not have the store's times: whether a statement was made before its
     * slot was retired cannot be told there.
     */
    public Authority authorityWithoutTimes() {
        return slot -> charter().enrolled(slot)
                .map(enrolled -> new Authority.Enrolled(enrolled.role(), enrolled.signingKey(), Optional.empty()));
    }

    /** When the newest epoch was begun, by the clock of the host that did; empty if its object is lost. */
    public Optional<Instant> newestEpochBegun() throws InterruptedException {
        Digest newest = charter().epochs().getLast();
        return Optional.ofNullable(rooted().epochs(List.of(newest)).get(newest)).map(Epoch::made);
    }

    /** What was found wrong with the objects of the keys when they were last read. */
    public List<KeyFinding> findings() {
        return state.findings();
    }

    /** The slots of the charter in the order in which they were added. */
    public List<SlotInfo> slots() throws InterruptedException {
        Map<Digest, Slot> objects = rooted().slots();
        return charter().slots().stream()
                .map(member -> new SlotInfo(member.slot(), member.role(),
                        Optional.ofNullable(objects.get(member.slot())), member.retired(),
                        member.slot().equals(mine.slot().digest())))
                .toList();
    }

    /**
     * Reads the charter again: another owner may have changed it.
     *
     * @return whether it is another one than before
     * @throws VaultFault.WrongKey if the slot that opened this ring was removed
     */
    public synchronized boolean refresh() throws InterruptedException {
        CharterMark before = mark();
        KeyObjects objects = new KeyObjects(store);
        RootObjects rooted = new RootObjects(objects, mine.slot());
        Charters charters = charters(rooted);
        if (isKnown(charters, objects) && charters.lists(mine.slot())) {
            return false;
        }
        Granted.Opened now = Granted.open(mine, charters, rooted);
        now.charters().requireNotOlder(before, objects);
        if (!now.charters().lists(mine.slot())) {
            throw VaultFault.WrongKey.notInForce(mine.slot().toString());
        }
        state = now;
        return !mark().equals(before);
    }

    /**
     * Adds a slot with the secrets of all epochs.
     *
     * @param key unlocks the new slot
     * @param label what people call it
     * @throws VaultFault.NotGranted if this ring is not an owner's
     */
    public synchronized Slot add(KeySource key, Role role, String label) throws InterruptedException {
        RootKey root = root("add a slot");
        OpenSlot made = Slot.make(repository(), new Slot.Draft(role, label, clock.instant()), key, root, random);
        made.secrets().wipe();
        Slot slot = made.slot();
        refreshToWrite();
        KeyObjects objects = new KeyObjects(store);
        requireRoom(slot.kind());
        objects.put(Kind.SLOT, slot.object());
        for (int epoch = 1; epoch <= charter().newestEpoch(); epoch++) {
            objects.put(Kind.GRANT, grant(slot, epoch, root));
        }
        publish(Stream.concat(charter().slots().stream(), Stream.of(Member.of(slot))).toList(), charter().epochs());
        return slot;
    }

    /**
     * Retires a slot, then deletes its objects. This is not revocation: who held it may have kept what it was granted.
     * Repeated for a retired slot, it deletes what a run that broke off left behind.
     *
     * @throws VaultFault.Refused if it is the last active owner's
     */
    public synchronized void remove(Digest slot) throws InterruptedException {
        root("remove a slot");
        refreshToWrite();
        Member removed = charter().member(slot)
                .orElseThrow(() -> new VaultFault.Unknown("slot", slot.hex()));
        if (removed.active()) {
            requireAnotherOwner(removed);
            Member retired = new Member(slot, removed.role(), removed.signingKey(), Optional.of(store.now()));
            publish(charter().slots().stream()
                    .map(member -> member.slot().equals(slot) ? retired : member)
                    .toList(), charter().epochs());
        }
        deleteRemains(Set.of(slot));
    }

    /**
     * Begins a new epoch: what is written from now on has secrets that no removed slot ever had.
     *
     * @param keepNaming whether blocks keep their names, so that deduplication goes on; not after a suspected
     *            compromise
     * @return its number
     * @throws VaultFault.Missing if an active slot's object is gone, so that nothing can be granted to it
     */
    public synchronized int newEpoch(boolean keepNaming) throws InterruptedException {
        RootKey root = root("begin an epoch");
        refreshToWrite();
        List<Slot> slots = activeSlots();
        int number = charter().newestEpoch() + 1;
        EpochSecrets epoch = keepNaming
                ? EpochSecrets.freshWithNaming(number, EpochSecrets.of(chain().current()).namingKey(), random)
                : EpochSecrets.fresh(number, random);
        KeyObjects objects = new KeyObjects(store);
        Digest digest = objects.put(Kind.EPOCH,
                Epoch.object(repository(), root, epoch, clock.instant(), keepNaming));
        for (Slot slot : slots) {
            objects.put(Kind.GRANT, Grant.object(slot, digest, epoch, root, random));
        }
        epoch.wipe();
        publish(charter().slots(), Stream.concat(charter().epochs().stream(), Stream.of(digest)).toList());
        return number;
    }

    /**
     * Puts right what a crash, a loss or two owners at once left behind: one charter where two claim to hold, grants
     * that active slots lack, and objects of removed slots.
     *
     * @return how many objects it put or deleted
     */
    public synchronized int mend() throws InterruptedException {
        RootKey root = root("mend the keys");
        refresh();
        state.charters().holding().requireWritable();
        int changes = 0;
        if (state.charters().forked()) {
            publish(state.charters().united(), state.charters().longestEpochs());
            changes++;
        }
        for (Slot slot : rooted().slots().values()) {
            if (state.charters().lists(slot)) {
                changes += grantMissing(slot, root);
            }
        }
        Set<Digest> retired = new HashSet<>();
        charter().slots().stream().filter(member -> !member.active()).forEach(member -> retired.add(member.slot()));
        return changes + deleteRemains(retired);
    }

    /** Overwrites the secrets. The ring, its chain and its signers are of no use afterwards. */
    @Override
    public void close() {
        mine.secrets().wipe();
        state.chain().wipe();
        state.root().ifPresent(RootKey::wipe);
    }

    private RootKey root(String what) {
        return state.root().orElseThrow(() -> new VaultFault.NotGranted(what, role().toString()));
    }

    private RootObjects rooted() {
        return new RootObjects(new KeyObjects(store), mine.slot());
    }

    private void refreshToWrite() throws InterruptedException {
        refresh();
        chain().current();
    }

    private static Granted.Opened reread(OpenSlot slot, KeyObjects objects) throws InterruptedException {
        RootObjects rooted = new RootObjects(objects, slot.slot());
        return Granted.open(slot, charters(rooted), rooted);
    }

    private static Charters charters(RootObjects rooted) throws InterruptedException {
        return Charters.of(rooted)
                .orElseThrow(() -> new VaultFault.Missing("every charter", rooted.objects().place()));
    }

    /**
     * Whether these are the charters that are known, and nothing was wrong with what they call for: grants and epochs never
     * change, so that looking for them again would find nothing else.
     */
    private boolean isKnown(Charters charters, KeyObjects objects) {
        return charters.sameAs(state.charters()) && objects.findings().isEmpty() && state.findings().isEmpty();
    }

    /** The last step of every change. */
    private void publish(List<Member> slots, List<Digest> epochs) throws InterruptedException {
        KeyObjects objects = new KeyObjects(store);
        Charter next = charter().next(mark().digest(), clock.instant(), slots, epochs);
        byte[] object = next.object(repository(), root("change the keys"));
        Digest published = objects.put(Kind.CHARTER, object);
        Granted.Opened now = reread(mine, objects);
        if (!now.charters().stands(published, next.sequence())) {
            objects.delete(Kind.CHARTER, published);
            throw new VaultFault.Refused("Another owner changed the keys at the same moment", objects.place(),
                    "This change was taken back. Look at what the other one did, then repeat it.");
        }
        state = now;
    }

    private int grantMissing(Slot slot, RootKey root) throws InterruptedException {
        RootObjects rooted = rooted();
        Set<Digest> granted = new HashSet<>();
        rooted.grants().stream()
                .filter(grant -> grant.slot().equals(slot.digest()) && grant.role() == slot.role())
                .forEach(grant -> granted.add(grant.epoch().object()));
        int missing = 0;
        for (int epoch = 1; epoch <= charter().newestEpoch(); epoch++) {
            if (!granted.contains(charter().epochs().get(epoch - 1))) {
                rooted.objects().put(Kind.GRANT, grant(slot, epoch, root));
                missing++;
            }
        }
        return missing;
    }

    private byte[] grant(Slot slot, int epoch, RootKey root) {
        EpochSecrets secrets = EpochSecrets.of(chain().epoch(epoch));
        return Grant.object(slot, charter().epochs().get(epoch - 1), secrets, root, random);
    }

    private int deleteRemains(Set<Digest> retired) throws InterruptedException {
        RootObjects rooted = rooted();
        int deleted = 0;
        for (Grant grant : rooted.grants()) {
            if (retired.contains(grant.slot())) {
                rooted.objects().delete(Kind.GRANT, grant.digest());
                deleted++;
            }
        }
        for (Digest slot : rooted.slots().keySet()) {
            if (retired.contains(slot)) {
                rooted.objects().delete(Kind.SLOT, slot);
                deleted++;
            }
        }
        return deleted;
    }

    private List<Slot> activeSlots() throws InterruptedException {
        Map<Digest, Slot> objects = rooted().slots();
        List<Slot> active = new ArrayList<>();
        for (Member member : charter().activeSlots()) {
            Slot slot = objects.get(member.slot());
            if (slot == null) {
                throw new VaultFault.Missing("the object of an active slot, which must be removed first",
                        KeyObjects.name(Kind.SLOT, member.slot()));
            }
            active.add(slot);
        }
        return active;
    }

    private void requireRoom(SlotKind kind) throws InterruptedException {
        long there = rooted().slots().values().stream().filter(slot -> slot.kind() == kind).count();
        if (there >= Unlocking.slotsMax(kind)) {
            throw new VaultFault.Refused("There are " + there + " slots of this kind, and no more are tried at opening",
                    kind.toString(), "Remove one that is not used any more.");
        }
    }

    /** Slots that no key service holds are all there are in this version, so an owner's is always one of them. */
    private void requireAnotherOwner(Member removed) {
        boolean another = charter().activeSlots().stream()
                .anyMatch(member -> member.role() == Role.OWNER && !member.slot().equals(removed.slot()));
        if (!another) {
            throw new VaultFault.Refused("This is the last owner's slot: without it nobody could change the keys again",
                    removed.slot().hex(), "Add another owner's slot first.");
        }
    }
}
