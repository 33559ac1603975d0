// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.fault.Fault;
import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.MeteredStore;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Compressed;
import dev.muster.vault.seal.Compressor;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class PackTest {

    private static final int TARGET_BYTES = 1 << 20;

    private final KeyChain chain = new TestKeys(1).chain(Role.OWNER);
    private final SeededRandom random = new SeededRandom(2);
    private final Store store = new MemoryStore(new TestClock());

    @Test
    void everyBlockComesBackByItsReference() throws Exception {
        for (Kind kind : List.of(Kind.DATA, Kind.MAP)) {
            List<byte[]> blocks = blocks(3, 1, 2, 8191, 65_536, 1 << 20);
            List<BlockRef> refs = pack(kind, blocks);
            BlockFetcher fetcher = fetcher(kind);
            for (int at = 0; at < blocks.size(); at++) {
                assertThat(fetcher.fetch(refs.get(at))).isEqualTo(blocks.get(at));
            }
            assertThat(fetcher.fetch(refs, 4)).containsExactlyElementsOf(blocks);
        }
    }

    @Test
    void aCaptureHostCannotOpenWhatItPacked() throws Exception {
        KeyChain capture = new TestKeys(1).chain(Role.CAPTURE);
        List<BlockRef> refs = pack(Kind.DATA, capture, blocks(4, 100));
        assertThatThrownBy(() -> BlockFetcher.ofData(store, capture.opener()).fetch(refs.getFirst()))
                .isInstanceOf(VaultFault.NotGranted.class);
        assertThat(fetcher(Kind.DATA).fetch(refs.getFirst())).hasSize(100);
    }

    @Test
    void theDirectoryListsTheFramesInTheirOrder() throws Exception {
        List<BlockRef> refs = pack(Kind.DATA, blocks(5, 10, 20, 30));
        BlobInfo blob = store.stat(PackFormat.key(Kind.DATA, refs.getFirst().pack())).orElseThrow();
        PackDirectory directory = PackDirectory.read(store, blob);
        assertThat(directory.entries()).containsExactlyElementsOf(refs.stream()
                .map(ref -> new PackDirectory.Entry(ref.id(), ref.offset(), ref.frameLength(), ref.plainLength()))
                .toList());
        assertThat(PackDirectory.read("p", store.read(blob.key(), Range.whole()))).isEqualTo(directory);
    }

    @Test
    void aPackIsFullAtItsTargetAndNeverLongerThanAPackMayBe() {
        PackWriter small = new PackWriter(Kind.DATA, chain, random, 100_000);
        Compressed incompressible = Compressed.stored(bytes(new Random(6), 65_536), 0, 65_536);
        Digest id = chain.names().data(incompressible.buffer(), 0, 65_536);
        small.append(id, incompressible);
        assertThat(small.isFull()).isFalse();
        small.append(id, incompressible);
        assertThat(small.isFull()).isTrue();
        assertThat(small.takes(incompressible)).isFalse();
        assertThatThrownBy(() -> small.append(id, incompressible)).isInstanceOf(IllegalStateException.class);

        PackWriter large = new PackWriter(Kind.DATA, chain, random, Integer.MAX_VALUE);
        Compressed megabyte = Compressed.stored(bytes(new Random(7), 1 << 20), 0, 1 << 20);
        while (large.takes(megabyte)) {
            large.append(id, megabyte);
        }
        SealedPack sealed = large.close();
        assertThat(sealed.length()).isBetween(62 << 20, PackFormat.PACK_BYTES_MAX);
    }

    @Test
    void neighboursAreReadTogether() throws Exception {
        List<byte[]> blocks = new ArrayList<>();
        for (int at = 0; at < 200; at++) {
            blocks.addAll(blocks(at, 8192));
        }
        List<BlockRef> refs = pack(Kind.DATA, blocks);
        MeteredStore metered = new MeteredStore(store);
        List<BlockRef> shuffled = new ArrayList<>(refs);
        Collections.shuffle(shuffled, new Random(8));
        assertThat(BlockFetcher.ofData(metered, chain.opener()).fetch(shuffled, 2)).hasSize(200);
        assertThat(metered.count(MeteredStore.Verb.GET).calls()).isEqualTo(1);
    }

    @Test
    void anySetOfBlocksComesBackWhateverTheirOrderAndRepetition() throws Exception {
        long seed = 9;
        Random dice = new Random(seed);
        List<byte[]> blocks = new ArrayList<>();
        List<BlockRef> refs = new ArrayList<>();
        for (int pack = 0; pack < 5; pack++) {
            int[] lengths = dice.ints(40, 1, 100_000).toArray();
            List<byte[]> some = blocks(dice.nextLong(), lengths);
            blocks.addAll(some);
            refs.addAll(pack(Kind.DATA, some));
        }
        for (int round = 0; round < 30; round++) {
            int[] wanted = dice.ints(dice.nextInt(80), 0, refs.size()).toArray();
            List<BlockRef> asked = new ArrayList<>();
            List<byte[]> expected = new ArrayList<>();
            for (int at : wanted) {
                asked.add(refs.get(at));
                expected.add(blocks.get(at));
            }
            assertThat(fetcher(Kind.DATA).fetch(asked, 3)).as("seed " + seed).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aFlipAnywhereIsRefusedOrDoesNotMatter() throws Exception {
        List<byte[]> blocks = blocks(10, 50, 300, 1);
        List<BlockRef> refs = pack(Kind.DATA, blocks);
        var key = PackFormat.key(Kind.DATA, refs.getFirst().pack());
        byte[] pack = store.read(key, Range.whole());
        for (int at = 0; at < pack.length; at++) {
            byte[] damaged = pack.clone();
            damaged[at] ^= 1;
            Store other = new MemoryStore(new TestClock());
            other.put(key, Content.of(damaged));
            for (int block = 0; block < refs.size(); block++) {
                expectRightOrFault(other, refs.get(block), blocks.get(block));
            }
        }
    }

    @Test
    void aPackThatIsGoneIsMissingAndOneThatIsCutIsDamage() throws Exception {
        List<BlockRef> refs = pack(Kind.DATA, blocks(11, 5000));
        var key = PackFormat.key(Kind.DATA, refs.getFirst().pack());
        byte[] pack = store.read(key, Range.whole());
        store.delete(key);
        assertThatThrownBy(() -> fetcher(Kind.DATA).fetch(refs.getFirst())).isInstanceOf(VaultFault.Missing.class);
        store.put(key, Content.of(pack, 0, 500));
        assertThatThrownBy(() -> fetcher(Kind.DATA).fetch(refs.getFirst())).isInstanceOf(Fault.class);
    }

    private void expectRightOrFault(Store damaged, BlockRef ref, byte[] expected) {
        byte[][] found = new byte[1][];
        Throwable thrown =
                catchThrowable(() -> found[0] = BlockFetcher.ofData(damaged, chain.opener()).fetch(ref));
        if (thrown == null) {
            assertThat(found[0]).isEqualTo(expected);
        } else {
            assertThat(thrown).isInstanceOf(VaultFault.class);
        }
    }

    private BlockFetcher fetcher(Kind kind) {
        return kind == Kind.DATA
                ? BlockFetcher.ofData(store, chain.opener())
                : BlockFetcher.ofMaps(store, chain.opener());
    }

    private List<BlockRef> pack(Kind kind, List<byte[]> blocks) throws InterruptedException {
        return pack(kind, chain, blocks);
    }

    private List<BlockRef> pack(Kind kind, KeyChain by, List<byte[]> blocks) throws InterruptedException {
        PackWriter writer = new PackWriter(kind, by, random, 16 * TARGET_BYTES);
        List<BlockRef> inPack = new ArrayList<>();
        try (Compressor compressor = new Compressor(1)) {
            for (byte[] block : blocks) {
                Digest id = kind == Kind.DATA
                        ? by.names().data(block, 0, block.length)
                        : by.names().map(block, 0, block.length);
                Compressed content = compressor.compress(block, 0, block.length);
                int offset = writer.append(id, content);
                inPack.add(new BlockRef(id, Digest.NONE, offset, content.frameLength(), block.length));
            }
        }
        SealedPack sealed = writer.close();
        sealed.put(store);
        return inPack.stream()
                .map(ref -> new BlockRef(ref.id(), sealed.digest(), ref.offset(), ref.frameLength(),
                        ref.plainLength()))
                .toList();
    }

    /** Half of each block is noise, so that it compresses a little. */
    private static List<byte[]> blocks(long seed, int... lengths) {
        Random dice = new Random(seed);
        List<byte[]> blocks = new ArrayList<>();
        for (int length : lengths) {
            byte[] block = new byte[length];
            System.arraycopy(bytes(dice, length), 0, block, 0, (length + 1) / 2);
            blocks.add(block);
        }
        return blocks;
    }

    private static byte[] bytes(Random dice, int length) {
        byte[] bytes = new byte[length];
        dice.nextBytes(bytes);
        return bytes;
    }
}
