// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.store.MeteredStore;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.fixture.SeededRandom;
import dev.muster.vault.fixture.TestClock;
import dev.muster.vault.fixture.TestKeys;
import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.SealedPack;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.seal.Role;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts trees into a store in memory and reads them back. */
final class TreeStore implements MapSink {

    final KeyChain chain = new TestKeys(1).chain(Role.OWNER);
    final MeteredStore store = new MeteredStore(new MemoryStore(new TestClock()));
    final SeededRandom random = new SeededRandom(2);
    private final Map<Digest, BlockRef> known = new HashMap<>();

    @Override
    public Optional<BlockRef> adopt(Digest id) {
        return Optional.ofNullable(known.get(id));
    }

    @Override
    public void put(SealedPack pack, List<BlockRef> blocks) throws InterruptedException {
        pack.put(store);
        blocks.forEach(block -> known.put(block.id(), block));
    }

    /** How many different nodes have ever been put. */
    int nodes() {
        return known.size();
    }

    MapWriter writer() {
        return new MapWriter(chain, random, 8 << 20, this);
    }

    TreeRoot table(Path temporary, Iterable<FileEntry> entries) throws InterruptedException {
        try (MapWriter maps = writer();
                EntrySorter sorter = new EntrySorter(temporary, random, EntrySorter.MEMORY_BYTES_DEFAULT)) {
            entries.forEach(sorter::add);
            return TableBuilder.build(maps, chain.names(), sorter);
        }
    }

    TreeReader reader() {
        return new TreeReader(BlockFetcher.ofMaps(store, chain.opener()), 1 << 20);
    }
}
