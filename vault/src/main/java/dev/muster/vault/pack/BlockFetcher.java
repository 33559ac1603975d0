// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.FrameOpener;
import dev.muster.vault.seal.Naming;
import dev.muster.work.Scope;
import dev.muster.work.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads blocks from packs of one kind. What it returns is what the references name, or it throws. Thread-safe.
 *
 * <p>Every method throws {@link VaultFault.Damage} if a frame is not what its reference says, {@link VaultFault.Missing}
 * if its pack is gone, {@link VaultFault.NotGranted} if the role does not open such frames, and {@link StoreException}.
 */
public final class BlockFetcher {

    private final Store store;
    private final FrameOpener opener;
    private final Kind kind;
    private final Naming naming;

    private BlockFetcher(Store store, FrameOpener opener, Kind kind, Naming naming) {
        this.store = store;
        this.opener = opener;
        this.kind = kind;
        this.naming = naming;
    }

    /** Reads blocks of files. */
    public static BlockFetcher ofData(Store store, FrameOpener opener) {
        return new BlockFetcher(store, opener, Kind.DATA, Naming.data());
    }

    /** Reads blocks of maps. */
    public static BlockFetcher ofMaps(Store store, FrameOpener opener) {
        return new BlockFetcher(store, opener, Kind.MAP, Naming.map());
    }

    /** The plaintext of one block. */
    public byte[] fetch(BlockRef ref) throws InterruptedException {
        byte[] frame = read(new Span(ref.pack(), ref.offset(), ref.frameLength(), List.of()));
        return open(ref, frame, 0);
    }

    /**
     * The plaintexts of some blocks, in their order. They are all in memory at the end.
     *
     * @param requestsAtOnce how many requests run at once
     */
    public List<byte[]> fetch(List<BlockRef> refs, int requestsAtOnce) throws InterruptedException {
        byte[][] plain = new byte[refs.size()][];
        List<Span> spans = Span.covering(refs);
        if (spans.size() == 1) {
            fetch(spans.getFirst(), refs, plain);
            return List.of(plain);
        }
        List<Task<Boolean>> tasks = new ArrayList<>();
        try (var scope = Scope.open("fetch", requestsAtOnce)) {
            for (Span span : spans) {
                tasks.add(scope.submit(() -> {
                    fetch(span, refs, plain);
                    return true;
                }));
            }
            for (Task<Boolean> task : tasks) {
                task.await();
            }
        }
        return List.of(plain);
    }

    /** Reads a span and puts the blocks that are wanted of it into their places. */
    public void fetch(Span span, List<BlockRef> refs, byte[][] plain) throws InterruptedException {
        byte[] bytes = read(span);
        for (int place : span.wanted()) {
            BlockRef ref = refs.get(place);
            plain[place] = open(ref, bytes, ref.offset() - span.offset());
        }
    }

    private byte[] open(BlockRef ref, byte[] bytes, int offset) {
        String subject = PackFormat.key(kind, ref.pack()) + " at " + ref.offset();
        return opener.open(ref.expectation(naming), subject, bytes, offset);
    }

    private byte[] read(Span span) throws InterruptedException {
        var key = PackFormat.key(kind, span.pack());
        try {
            return store.read(key, Range.of(span.offset(), span.length()));
        } catch (StoreException.NotFound e) {
            VaultFault.Missing missing = new VaultFault.Missing("a pack of blocks", key.value());
            missing.addSuppressed(e);
            throw missing;
        }
    }
}
