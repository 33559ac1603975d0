// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.store.Store;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockFetcher;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.tree.EntryPath;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.FileType;
import dev.muster.vault.tree.TreeReader;
import dev.muster.vault.tree.TreeReader.Each;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one snapshot. No index and no listing is needed: the head leads to the table, the table to the files, the files to
 * their blocks. Thread-safe.
 *
 * <p>Every method returns what was captured, or throws: {@link VaultFault.Damage} and {@link VaultFault.Missing} for what
 * is not there as it was written, {@link VaultFault.NotGranted} if the role does not open data, or a StoreException.
 */
public final class SnapshotReader {

    private static final long NODES_BYTES_MAX = 16 << 20;
    private static final int DOCUMENT_BYTES_MAX = 64 << 20;

    private final SnapshotHead head;
    private final TreeReader trees;
    private final BlockFetcher data;
    private final int windowsMax;

    /** @param windowsMax how many pieces of 8 MiB are read ahead of a {@link #fetch} */
    public SnapshotReader(SnapshotHead head, Store store, KeyChain chain, int windowsMax) {
        this.head = head;
        this.trees = new TreeReader(BlockFetcher.ofMaps(store, chain.opener()), NODES_BYTES_MAX);
        this.data = BlockFetcher.ofData(store, chain.opener());
        this.windowsMax = windowsMax;
    }

    public SnapshotHead head() {
        return head;
    }

    /** All entries of the source in the order of their paths, the root directory first. */
    public void entries(Each<FileEntry> each) throws InterruptedException {
        trees.entries(head.body().table(), entry -> {
            if (!EntryPath.isOwn(entry.path())) {
                each.accept(entry);
            }
        });
    }

    /** The entry of a path. */
    public Optional<FileEntry> entry(String path) throws InterruptedException {
        return trees.find(head.body().table(), path);
    }

    /** The names of what the capture left to describe itself. */
    public List<String> documents() throws InterruptedException {
        List<String> names = new ArrayList<>();
        trees.entriesFrom(head.body().table(), EntryPath.OWN, entry -> {
            if (EntryPath.isOwn(entry.path()) && entry.type() == FileType.FILE) {
                names.add(entry.path().substring(EntryPath.OWN.length() + 1));
            }
            return entry.path().startsWith(EntryPath.OWN);
        });
        return names;
    }

    /**
     * What the capture left under this name; empty if nothing.
     *
     * @throws VaultFault.Damage also if it is larger than any such document
     */
    public Optional<byte[]> document(String name) throws InterruptedException {
        Optional<FileEntry> entry = entry(EntryPath.OWN + "/" + name);
        if (entry.isEmpty() || entry.get().type() != FileType.FILE) {
            return Optional.empty();
        }
        if (entry.get().size() > DOCUMENT_BYTES_MAX) {
            throw new VaultFault.Damage("a document of " + entry.get().size() + " bytes", name);
        }
        byte[] bytes = new byte[(int) entry.get().size()];
        open(entry.get()).read(0, bytes, 0, bytes.length);
        return Optional.of(bytes);
    }

    /** Reads a file of this snapshot at any position. */
    public FileReader open(FileEntry file) {
        return new FileReader(file, trees, data);
    }

    /**
     * Hands out a file from its beginning to its end, read ahead in parallel.
     *
     * @throws java.io.UncheckedIOException if the visitor throws an IOException
     */
    public void fetch(FileEntry file, BlockVisitor visitor) throws InterruptedException {
        fetch(List.of(file), visitor);
    }

    /** Hands out files one after the other, read ahead in parallel; faster for many small files than one by one. */
    public void fetch(Iterable<FileEntry> files, BlockVisitor visitor) throws InterruptedException {
        new FetchFiles(trees, data, windowsMax, visitor).run(files);
    }

    /** The trees of this snapshot, for a capture that adopts of them. */
    public TreeReader trees() {
        return trees;
    }
}
