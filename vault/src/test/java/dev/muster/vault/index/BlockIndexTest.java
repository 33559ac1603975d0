// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.MeteredStore;
import dev.muster.store.Range;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Statements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BlockIndexTest {

    private static final Uid GENERATION = new Uid(1, 2);

    @TempDir
    private Path directory;

    private final TestKeys keys = new TestKeys(1);
    private final MemoryStore store = new MemoryStore(new TestClock());
    private final Statements owner = statements(Role.OWNER);

    @Test
    void itIsTheUnionOfWhatIsListed() throws Exception {
        BlockRef a = block(1, 1, 100);
        BlockRef b = block(2, 2, 100);
        put(owner, List.of(), a);
        put(statements(Role.CAPTURE), List.of(), b);
        try (BlockIndex index = open()) {
            assertThat(index.refresh(owner)).isEmpty();
            assertThat(index.find(Kind.DATA, a.id())).contains(a);
            assertThat(index.find(Kind.DATA, b.id())).contains(b);
            assertThat(index.find(Kind.MAP, a.id())).isEmpty();
            assertThat(index.find(Kind.DATA, id(3))).isEmpty();
            assertThat(index.packLength(a.pack())).hasValue(1 << 20);
            assertThat(index.packLength(id(99))).isEmpty();
            assertThat(index.size()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoLongerListedIsForgottenAndTheRestIsKept() throws Exception {
        BlockRef a = block(1, 1, 100);
        BlockRef b = block(2, 2, 100);
        Digest first = put(owner, List.of(), a);
        put(owner, List.of(), b);
        try (BlockIndex index = open()) {
            index.refresh(owner);
        }
        store.delete(Key.of(ObjectKeys.of(Kind.INDEX, first).value()));
        try (BlockIndex index = open()) {
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, a.id())).isEmpty();
            assertThat(index.find(Kind.DATA, b.id())).contains(b);
            assertThat(index.size()).isEqualTo(1);
        }
    }

    @Test
    void anIndexObjectIsReadOnceForAllSessions() throws Exception {
        put(owner, List.of(), block(1, 1, 100));
        try (BlockIndex index = open()) {
            index.refresh(owner);
        }
        var metered = new MeteredStore(store);
        Statements counted =
                new Statements(metered, keys.chain(Role.OWNER), keys.signer(Role.OWNER), keys.authority(),
                        new SeededRandom(3));
        try (BlockIndex index = open()) {
            index.refresh(counted);
            assertThat(index.find(Kind.DATA, id(1))).isPresent();
        }
        assertThat(metered.count(MeteredStore.Verb.GET).calls()).isZero();
    }

    @Test
    void whatASessionAddsIsThereAtOnceAndInTheNext() throws Exception {
        BlockRef a = block(1, 1, 100);
        Digest put = put(owner, List.of(), a);
        try (BlockIndex index = open()) {
            index.add(put, object(List.of(), a));
            assertThat(index.find(Kind.DATA, a.id())).contains(a);
        }
        try (BlockIndex index = open()) {
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, a.id())).contains(a);
        }
    }

    @Test
    void anInterruptionWhileItIsWrittenCostsNothingThatTheStoreHas() throws Exception {
        BlockRef a = block(1, 1, 100);
        BlockRef b = block(2, 2, 100);
        put(owner, List.of(), a);
        Digest second = put(owner, List.of(), b);
        BlockIndex interrupted = open();
        interrupted.refresh(owner);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> interrupted.add(second, object(List.of(), b)))
                .isInstanceOf(VaultFault.StateUnusable.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupted.close();
        try (BlockIndex index = open()) {
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, a.id())).contains(a);
            assertThat(index.find(Kind.DATA, b.id())).contains(b);
        }
    }

    @Test
    void ofSeveralPlacesTheSmallestPackIsChosenInWhateverOrderTheyCome() throws Exception {
        BlockRef inLarger = block(1, 9, 100);
        BlockRef inSmaller = block(1, 4, 300);
        for (List<BlockRef> order : List.of(List.of(inLarger, inSmaller), List.of(inSmaller, inLarger))) {
            try (BlockIndex index = BlockIndex.open(directory.resolve("order" + order.hashCode()), GENERATION)) {
                index.add(id(50), object(List.of(), order.getFirst()));
                index.add(id(51), object(List.of(), order.getLast()));
                BlockRef smallest = inSmaller.pack().compareTo(inLarger.pack()) < 0 ? inSmaller : inLarger;
                assertThat(index.find(Kind.DATA, id(1))).contains(smallest);
            }
        }
    }

    @Test
    void whatIsCondemnedOrInQuarantineIsNotAdoptedWhileItIsSaid() throws Exception {
        BlockRef condemned = block(1, 1, 100);
        BlockRef badFrame = block(2, 2, 100);
        BlockRef goodFrame = block(3, 2, 400);
        BlockRef badPack = block(4, 3, 100);
        put(owner, List.of(), condemned, badFrame, goodFrame, badPack);
        Key said = condemn("data/" + condemned.pack().hex().substring(0, 2) + "/" + condemned.pack().hex(), "junk");
        quarantine(new Quarantine.Place(badFrame.pack(), badFrame.offset()),
                new Quarantine.Place(badPack.pack(), 0));
        try (BlockIndex index = open()) {
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, condemned.id())).isEmpty();
            assertThat(index.find(Kind.DATA, badFrame.id())).isEmpty();
            assertThat(index.find(Kind.DATA, badPack.id())).isEmpty();
            assertThat(index.find(Kind.DATA, goodFrame.id())).contains(goodFrame);
            BlockRef again = block(1, 77, 100);
            index.add(id(60), object(List.of(), again));
            assertThat(index.find(Kind.DATA, condemned.id())).contains(again);
            store.delete(said);
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, condemned.id())).contains(condemned);
        }
    }

    @Test
    void whatCannotBeReadAmongTheCondemnedExcludesEverything() throws Exception {
        put(owner, List.of(), block(1, 1, 100));
        Key key = condemn("data/x");
        byte[] bytes = store.read(key, Range.whole());
        bytes[60] ^= 4;
        store.delete(key);
        store.put(key, Content.of(bytes));
        try (BlockIndex index = open()) {
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, id(1))).isEmpty();
        }
    }

    @Test
    void whatACaptureHostSaysIsSupersededIsRefusedAndReported() throws Exception {
        Digest first = put(owner, List.of(), block(1, 1, 100));
        put(statements(Role.CAPTURE), List.of(first), block(2, 2, 100));
        try (BlockIndex index = open()) {
            assertThat(index.refresh(owner)).singleElement().isInstanceOf(VaultFault.Untrusted.class);
            assertThat(index.find(Kind.DATA, id(2))).isEmpty();
            assertThat(index.find(Kind.DATA, id(1))).isPresent();
        }
    }

    @Test
    void aSecondSessionGetsAPrivateIndexThatGoesWithIt() throws Exception {
        put(owner, List.of(), block(1, 1, 100));
        try (BlockIndex first = open()) {
            first.refresh(owner);
            try (BlockIndex second = open()) {
                second.refresh(owner);
                assertThat(second.find(Kind.DATA, id(1))).isPresent();
                assertThat(privateDirectories()).hasSize(1);
            }
            assertThat(privateDirectories()).isEmpty();
        }
    }

    @Test
    void aPrivateIndexThatItsProcessLeftIsRemoved() throws Exception {
        Path left = Files.createDirectory(directory.resolve("private-00"));
        Files.writeString(left.resolve("table"), "x");
        open().close();
        assertThat(left).doesNotExist();
    }

    @Test
    void whateverHappensToItsFilesItAnswersRightOrNothing() throws Exception {
        long seed = 5;
        Random dice = new Random(seed);
        List<BlockRef> blocks = new ArrayList<>();
        for (int at = 0; at < 300; at++) {
            blocks.add(block(at, at % 7, 100 + 200 * at));
        }
        put(owner, List.of(), blocks.toArray(BlockRef[]::new));
        try (BlockIndex index = open()) {
            index.refresh(owner);
        }
        for (int round = 0; round < 60; round++) {
            damage(dice);
            try (BlockIndex index = open()) {
                index.refresh(owner);
                for (BlockRef block : blocks) {
                    Optional<BlockRef> found = index.find(Kind.DATA, block.id());
                    found.ifPresent(ref -> assertThat(ref).as("seed " + seed).isEqualTo(block));
                }
            }
        }
    }

    @Test
    void anIndexWithoutItsFilesIsBegunAnew() throws Exception {
        put(owner, List.of(), block(1, 1, 100));
        for (String lost : List.of("table", "packs", "included")) {
            try (BlockIndex index = open()) {
                index.refresh(owner);
            }
            Files.delete(directory.resolve(lost));
            try (BlockIndex index = open()) {
                index.refresh(owner);
                assertThat(index.find(Kind.DATA, id(1))).as(lost).isPresent();
            }
        }
    }

    @Test
    void anEndOfTheProcessCostsNothingThatWasFinished() throws Exception {
        Path live = directory.resolve("live");
        Path copy = directory.resolve("copy");
        BlockRef finished = block(1, 1, 100);
        BlockRef unfinished = block(2, 2, 100);
        put(owner, List.of(), finished);
        try (BlockIndex index = BlockIndex.open(live, GENERATION)) {
            index.refresh(owner);
            index.add(put(owner, List.of(), unfinished), object(List.of(), unfinished));
            copyTree(live, copy);
        }
        try (BlockIndex index = BlockIndex.open(copy, GENERATION)) {
            assertThat(index.find(Kind.DATA, finished.id())).contains(finished);
            index.refresh(owner);
            assertThat(index.find(Kind.DATA, unfinished.id())).contains(unfinished);
            assertThat(index.size()).isEqualTo(2);
        }
    }

    @Test
    void anIndexObjectIsReadAsItWasWrittenAndEveryBreachOfItsOrderIsRefused() {
        IndexObject object = object(List.of(id(8)), block(3, 1, 100), block(1, 2, 100), block(2, 1, 900));
        assertThat(IndexObject.decode(new Decoder("i", object.encode()))).isEqualTo(object);
        assertThat(object.blocks()).extracting(BlockRef::id).isSorted();
        byte[] descending = new Encoder().u8(5).varint(0).varint(1).digest(id(1)).u32(1 << 20).varint(2).raw(
                entry(block(1, 1, 100), 0)).raw(entry(block(1, 1, 100), 0)).toByteArray();
        byte[] behindTheEnd = new Encoder().u8(5).varint(0).varint(1).digest(id(1)).u32(120).varint(1).raw(
                entry(block(1, 1, 100), 0)).toByteArray();
        byte[] noPack = new Encoder().u8(5).varint(0).varint(0).varint(1).raw(entry(block(1, 1, 100), 0)).toByteArray();
        byte[] noKind = new Encoder().u8(7).varint(0).varint(0).varint(0).toByteArray();
        for (byte[] broken : List.of(descending, behindTheEnd, noPack, noKind)) {
            assertThatThrownBy(() -> IndexObject.decode(new Decoder("i", broken)))
                    .isInstanceOf(VaultFault.Damage.class);
        }
    }

    private static byte[] entry(BlockRef block, int pack) {
        Encoder out = new Encoder().digest(block.id()).varint(pack);
        block.writePlace(out);
        return out.toByteArray();
    }

    private void damage(Random dice) throws IOException {
        String name = List.of("table", "packs", "included").get(dice.nextInt(3));
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        if (bytes.length == 0) {
            return;
        }
        switch (dice.nextInt(3)) {
            case 0 -> {
                for (int flips = 0; flips < 1 + bytes.length / 100; flips++) {
                    bytes[dice.nextInt(bytes.length)] ^= (byte) (1 << dice.nextInt(8));
                }
            }
            case 1 -> {
                int at = dice.nextInt(bytes.length);
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 4096), (byte) 0);
            }
            default -> bytes = Arrays.copyOf(bytes, dice.nextInt(bytes.length));
        }
        Files.write(directory.resolve(name), bytes);
    }

    private List<Path> privateDirectories() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("private-")).toList();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path each : entries.toList()) {
                Files.copy(each, to.resolve(each.getFileName()));
            }
        }
    }

    private BlockIndex open() {
        return BlockIndex.open(directory, GENERATION);
    }

    private Key condemn(String... condemned) throws InterruptedException {
        Condemned body = new Condemned(new Uid(3, 3), new Uid(4, 4), List.of(condemned));
        return Key.of(owner
                .put(Kind.CONDEMNED, digest -> ObjectKeys.of(Kind.CONDEMNED, body.session(), digest), body.encode())
                .value());
    }

    private void quarantine(Quarantine.Place... places) throws InterruptedException {
        Quarantine body = new Quarantine(Instant.EPOCH, "a test", List.of(places));
        owner.put(Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), body.encode());
    }

    private static Digest put(Statements by, List<Digest> supersedes, BlockRef... blocks) throws InterruptedException {
        return by.put(Kind.INDEX, digest -> ObjectKeys.of(Kind.INDEX, digest), object(supersedes, blocks).encode())
                .digest();
    }

    private static IndexObject object(List<Digest> supersedes, BlockRef... blocks) {
        List<IndexedPack> packs = Stream.of(blocks)
                .map(BlockRef::pack)
                .distinct()
                .map(pack -> new IndexedPack(pack, 1 << 20))
                .toList();
        return new IndexObject(Kind.DATA, supersedes, packs, List.of(blocks));
    }

    private static BlockRef block(int id, int pack, int offset) {
        return new BlockRef(id(id), id(1000 + pack), offset, 150, 200);
    }

    private static Digest id(int number) {
        return Digest.sha256(new Encoder().u32(number).toByteArray());
    }

    private Statements statements(Role role) {
        return new Statements(store, keys.chain(role), keys.signer(role), keys.authority(), new SeededRandom(3));
    }
}
