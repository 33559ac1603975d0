// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.SourceTree;
import dev.muster.vault.fixture.Stores;
import dev.muster.vault.index.Condemned;
import dev.muster.vault.index.IndexObject;
import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.index.Quarantine;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.PackDirectory;
import dev.muster.vault.pack.PackFormat;
import dev.muster.vault.pack.PackWriter;
import dev.muster.vault.pack.SealedPack;
import dev.muster.vault.roll.RollEntry;
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.seal.Authority;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.Signer;
import dev.muster.vault.statement.Statements;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.Evidence;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.NodeVectors;
import dev.muster.vault.tree.TreeRoot;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A small repository that an earlier release wrote: these bytes are the format. What does not depend on a compressor is
 * also made again, byte for byte.
 */
class VectorTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String RESOURCE = "/vectors/v1/snapshot.txt";
    private static final long SEED = 20_260_701;
    private static final Instant TIME = Instant.parse("2026-07-01T12:00:00.123456Z");
    private static final Uid INSTANCE = new Uid(0x1111, 0x2222);
    private static final Uid SESSION = new Uid(0x3333, 0x4444);

    /** Everything that is frozen, by name, in order. */
    private final Map<String, String> made = new LinkedHashMap<>();
    private final MemoryStore store = new MemoryStore(InstantSource.fixed(TIME));

    /** Argument: the file to write. Only for a new version of the format: what is frozen stays. */
    public static void main(String[] arguments) throws Exception {
        VectorTest test = new VectorTest();
        test.make();
        StringBuilder text = new StringBuilder(
                "# Frozen: one small snapshot with its packs, index, candidate, roll and their keys. Never edit.\n");
        test.made.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.writeString(Path.of(arguments[0]), text);
    }

    @Test
    void theFrozenSnapshotIsRead() throws Exception {
        Properties frozen = frozen();
        for (int at = 1; frozen.containsKey("object." + at); at++) {
            String[] object = frozen.getProperty("object." + at).split(" ", -1);
            store.put(Key.of(object[0]), Content.of(HEX.parseHex(object[1])));
        }
        KeyChain chain = chain();
        Statements statements = statements(chain);
        SnapshotHead head = statements.survey(Kind.SNAPSHOT, SnapshotHead::of).said().getFirst();
        assertThat(HEX.formatHex(head.body().encode())).isEqualTo(frozen.getProperty("body.snapshot"));
        SourceTree tree = SourceTree.read(new SnapshotReader(head, store, chain, 2));
        assertThat(tree.files()).containsOnlyKeys("large", "small");
        assertThat(tree.get("small")).isEqualTo(SourceTree.noise(300, 1));
        assertThat(tree.get("large")).isEqualTo(NodeVectors.large());
        FileEntry large = new SnapshotReader(head, store, chain, 2).entry("large").orElseThrow();
        assertThat(large.check()).isEqualTo(new ContentCheck.Crc32c(0x1234_5678));
        assertThat(large.evidence()).contains(new Evidence(1_782_900_000_123_456_789L, -2));
        assertThat(read(statements, Kind.INDEX, IndexObject::decode, IndexObject::encode))
                .isEqualTo(frozen.getProperty("body.index"));
        assertThat(read(statements, Kind.CANDIDATE, Candidate::decode, Candidate::encode))
                .isEqualTo(frozen.getProperty("body.candidate"));
        assertThat(read(statements, Kind.ABANDON, Abandon::decode, Abandon::encode))
                .isEqualTo(frozen.getProperty("body.abandon"));
        assertThat(read(statements, Kind.ROLL, RollEntry::decode, RollEntry::encode))
                .isEqualTo(frozen.getProperty("body.roll"));
        assertThat(read(statements, Kind.CONDEMNED, Condemned::decode, Condemned::encode))
                .isEqualTo(frozen.getProperty("body.condemned"));
        assertThat(read(statements, Kind.QUARANTINE, Quarantine::decode, Quarantine::encode))
                .isEqualTo(frozen.getProperty("body.quarantine"));
    }

    @Test
    void whatIsFrozenIsMadeAgainByteForByte() throws Exception {
        make();
        Properties frozen = frozen();
        made.forEach((name, value) -> {
            boolean sealedWithAFreshSignatureOrCompressed = name.startsWith("object.")
                    && !value.startsWith("data/") && !value.startsWith("map/");
            if (!sealedWithAFreshSignatureOrCompressed) {
                assertThat(frozen.getProperty(name)).as(name).isEqualTo(value);
            }
        });
        assertThat(made.keySet()).isEqualTo(frozen.stringPropertyNames().stream()
                .collect(Collectors.toSet()));
    }

    @Test
    void theFrozenPackIsFilledByItsFrames() throws Exception {
        make();
        for (Digest pack : List.of(refs().getFirst().pack(), refs().getLast().pack())) {
            byte[] bytes = store.read(PackFormat.key(Kind.DATA, pack), Range.whole());
            assertThat(PackDirectory.read("frozen", bytes).entries()).isNotEmpty();
        }
    }

    private static Properties frozen() throws IOException {
        Properties frozen = new Properties();
        var resource = Objects.requireNonNull(VectorTest.class.getResourceAsStream(RESOURCE));
        try (var reader = new InputStreamReader(resource, StandardCharsets.US_ASCII)) {
            frozen.load(reader);
        }
        return frozen;
    }

    private void make() throws Exception {
        SeededRandom random = new SeededRandom(SEED);
        KeyChain chain = chain();
        Statements statements = statements(chain);
        made.put("repository", repository().hex());
        made.put("metadata-key", HEX.formatHex(key(1)));
        made.put("naming-key", HEX.formatHex(key(2)));
        made.put("opening-private-key", HEX.formatHex(key(3)));
        made.put("signing-seed", HEX.formatHex(key(4)));
        List<BlockRef> data = pack(Kind.DATA, chain, random, NodeVectors.blocks());
        List<byte[]> leaves = NodeVectors.leaves(data);
        List<BlockRef> leafRefs = pack(Kind.MAP, chain, random, leaves);
        byte[] branch = NodeVectors.branch(leafRefs);
        List<BlockRef> branchRefs = pack(Kind.MAP, chain, random, List.of(branch));
        List<byte[]> tableLeaves = NodeVectors.tableLeaves(data, branchRefs.getFirst());
        List<BlockRef> tableRefs = pack(Kind.MAP, chain, random, tableLeaves);
        byte[] table = NodeVectors.tableBranch(tableRefs);
        List<BlockRef> root = pack(Kind.MAP, chain, random, List.of(table));
        made.put("node.leaf", HEX.formatHex(leaves.getFirst()));
        made.put("node.branch", HEX.formatHex(branch));
        made.put("node.table-leaf", HEX.formatHex(tableLeaves.getFirst()));
        made.put("node.table-branch", HEX.formatHex(table));
        state(statements, data, new TreeRoot(root.getFirst(), 1));
        int number = 1;
        for (Map.Entry<Key, byte[]> object : Stores.picture(store).entrySet()) {
            made.put("object." + number++, object.getKey() + " " + HEX.formatHex(object.getValue()));
        }
    }

    private void state(Statements statements, List<BlockRef> data, TreeRoot root) throws InterruptedException {
        WalNeed need = new WalNeed(new Uid(5, 6), 1, 0x1700_0028, 0x1700_0130);
        IndexedPack pack =
                new IndexedPack(data.getFirst().pack(), data.getLast().offset() + data.getLast().frameLength()
                        + 44 * data.size() + 16);
        IndexObject index = new IndexObject(Kind.DATA, List.of(), List.of(pack), data);
        SnapshotBody snapshot = new SnapshotBody(SESSION, new CaptureSource("physical", "clinic", "database", "db1"),
                TIME, TIME.plusSeconds(9), root, new SnapshotCounts(2, 1000, 2000, 900), List.of(need),
                Map.of("why", "a vector"), Map.of("version", "170004"), List.of(Digest.NONE));
        Candidate candidate = new Candidate(INSTANCE, SESSION, Candidate.Step.PROPOSED, "db1", "capture of clinic",
                List.of(root), List.of(need), new Uid(7, 8));
        Abandon abandon = new Abandon(INSTANCE, new Uid(9, 9), true, "silent for 7 days");
        RollEntry roll = new RollEntry(INSTANCE, List.of(Digest.NONE), TIME, "db1", List.of(
                new RollEvent.Committed(digest(1)), new RollEvent.Removed(digest(2)),
                new RollEvent.LineageBegun(new Uid(5, 6)),
                new RollEvent.WalReleased(new RollEvent.Release(new Uid(5, 6), 0x1500_0000, 0x1600_0000)),
                new RollEvent.Checkpoint(List.of(digest(1)),
                        List.of(new RollEvent.Release(new Uid(5, 6), 0x1500_0000, 0x1600_0000)),
                        List.of(new RollEvent.Hold(new Uid(11, 11), digest(1), "a vector"))),
                new RollEvent.Held(new RollEvent.Hold(new Uid(11, 11), digest(1), "a vector")),
                new RollEvent.HoldEnded(new Uid(12, 12), "its end")));
        Condemned condemned = new Condemned(INSTANCE, new Uid(10, 10), List.of("data/00/" + "0".repeat(64), "junk"));
        Quarantine quarantine = new Quarantine(TIME, "muster repo check", List.of(new Quarantine.Place(digest(3), 48),
                new Quarantine.Place(digest(4), 0)));
        put(statements, Kind.INDEX, digest -> ObjectKeys.of(Kind.INDEX, digest), index.encode());
        put(statements, Kind.SNAPSHOT, digest -> ObjectKeys.of(Kind.SNAPSHOT, SESSION, digest), snapshot.encode());
        put(statements, Kind.CANDIDATE, digest -> ObjectKeys.of(Kind.CANDIDATE, SESSION, digest), candidate.encode());
        put(statements, Kind.ABANDON, digest -> ObjectKeys.of(Kind.ABANDON, abandon.session(), digest),
                abandon.encode());
        put(statements, Kind.ROLL, digest -> ObjectKeys.of(Kind.ROLL, digest), roll.encode());
        put(statements, Kind.CONDEMNED, digest -> ObjectKeys.of(Kind.CONDEMNED, condemned.session(), digest),
                condemned.encode());
        put(statements, Kind.QUARANTINE, digest -> ObjectKeys.of(Kind.QUARANTINE, digest), quarantine.encode());
    }

    private void put(Statements statements, Kind kind, Function<Digest, ObjectKey> key, byte[] body)
            throws InterruptedException {
        made.put("body." + kind.prefix(), HEX.formatHex(body));
        statements.put(kind, key, body);
    }

    private static <T> String read(Statements statements, Kind kind, Function<Decoder, T> decode,
            Function<T, byte[]> encode) throws InterruptedException {
        return HEX.formatHex(encode.apply(statements.survey(kind, said -> said.decode(decode)).said().getFirst()));
    }

    /** Frames that are stored as they are do not depend on the release of a compressor. */
    private List<BlockRef> pack(Kind kind, KeyChain chain, SeededRandom random, List<byte[]> blocks)
            throws InterruptedException {
        PackWriter writer = new PackWriter(kind, chain, random, 1 << 20);
        List<BlockRef> refs = new ArrayList<>();
        for (byte[] block : blocks) {
            Digest id = kind == Kind.DATA
                    ? chain.names().data(block, 0, block.length)
                    : chain.names().map(block, 0, block.length);
            Compressed content = Compressed.stored(block, 0, block.length);
            int offset = writer.append(id, content);
            refs.add(new BlockRef(id, Digest.NONE, offset, content.frameLength(), block.length));
        }
        SealedPack sealed = writer.close();
        sealed.put(store);
        return refs.stream()
                .map(ref -> new BlockRef(ref.id(), sealed.digest(), ref.offset(), ref.frameLength(), ref.plainLength()))
                .toList();
    }

    /** The references to the blocks, as the frozen index has them. */
    private List<BlockRef> refs() throws IOException {
        Decoder in = new Decoder("frozen", HEX.parseHex(frozen().getProperty("body.index")));
        List<BlockRef> refs = new ArrayList<>(IndexObject.decode(in).blocks());
        refs.sort(Comparator.comparingInt(BlockRef::offset));
        return refs;
    }

    private static Statements statements(KeyChain chain, MemoryStore store) {
        Digest slot = Digest.sha256(key(5));
        Authority authority = _ -> Optional.of(
                new Authority.Enrolled(Role.OWNER, Curves.signingPublicOf(key(4)), Optional.empty()));
        return new Statements(store, chain, new Signer(slot, key(4)), authority, new SeededRandom(SEED + 1));
    }

    private Statements statements(KeyChain chain) {
        return statements(chain, store);
    }

    private static KeyChain chain() {
        EpochKeys keys = new EpochKeys(1, key(1), key(2), Curves.agreementPublicOf(key(3)), key(3));
        return new KeyChain(repository(), Role.OWNER, 1, List.of(keys));
    }

    private static Uid repository() {
        return new Uid(0x0123_4567_89AB_CDEFL, 0x0F1E_2D3C_4B5A_6978L);
    }

    private static byte[] key(int number) {
        return SourceTree.noise(32, number);
    }

    private static Digest digest(int number) {
        return Digest.sha256(key(number));
    }
}
