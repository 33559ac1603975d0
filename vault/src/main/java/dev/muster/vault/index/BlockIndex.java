// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.store.BlobInfo;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.seal.Role;
import dev.muster.vault.statement.Outcome;
import dev.muster.vault.statement.Statement;
import dev.muster.vault.statement.Statements;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The local index of one session. After {@link #refresh} it holds exactly what the index objects say that were listed
 * then, and what was added since. Thread-safe; look-ups run side by side.
 */
public final class BlockIndex implements AutoCloseable {

    private static final int REFRESHES_MAX = 10;
    private static final long BYTES_AT_ONCE_MAX = 8 << 20;

    private final Path directory;
    private final IndexFiles files;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final LocalTable local;
    private Exclusions exclusions = Exclusions.none();

    private BlockIndex(Path directory, IndexFiles files, LocalTable local) {
        this.directory = directory;
        this.files = files;
        this.local = local;
    }

    /**
     * Opens the local index of a repository; one that is not there or not whole is begun anew, and if another session has
     * it this one gets a private one.
     *
     * @param directory the state directory's place for it; made if it is missing
     * @param generation random: names a new index
     * @throws VaultFault.StateUnusable if the directory cannot be written
     */
    public static BlockIndex open(Path directory, Uid generation) {
        try {
            IndexFiles files = IndexFiles.open(directory, generation);
            return new BlockIndex(directory, files, LocalTable.open(files, generation));
        } catch (IOException e) {
            throw new VaultFault.StateUnusable("the index of blocks", directory.toString(), e);
        }
    }

    /**
     * Lists what must not be adopted, then the index objects, and makes this index their union.
     *
     * @return the index objects that could not be used, for the report
     * @throws VaultFault.NotCommitted if index objects keep vanishing while they are read
     */
    public List<VaultFault> refresh(Statements statements) throws InterruptedException {
        for (int attempt = 1; attempt <= REFRESHES_MAX; attempt++) {
            Exclusions now = Exclusions.read(statements);
            List<BlobInfo> listed = statements.list(Kind.INDEX);
            List<VaultFault> refused = new ArrayList<>();
            if (include(statements, now, listed, refused)) {
                return refused;
            }
        }
        throw new VaultFault.NotCommitted("index objects vanish while they are read", statements.chain()
                .repository()
                .hex());
    }

    /** Where a block is that may be adopted. */
    public Optional<BlockRef> find(Kind packKind, Digest id) {
        lock.readLock().lock();
        try {
            return local.find(packKind, id).filter(block -> !exclusions.has(block));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The length of a pack that an index object names, in bytes. */
    public OptionalInt packLength(Digest pack) {
        lock.readLock().lock();
        try {
            return local.packLength(pack);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What was not to be adopted when this was refreshed. */
    public Exclusions exclusions() {
        lock.readLock().lock();
        try {
            return exclusions;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Adds an index object that this session has put. */
    public void add(Digest digest, IndexObject object) {
        lock.writeLock().lock();
        try {
            local.begin(List.of(digest));
            local.put(digest, object, exclusions);
        } catch (IOException e) {
            throw unusable(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** How many blocks it knows. */
    public long size() {
        lock.readLock().lock();
        try {
            return local.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Makes it durable for the next session. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try (files) {
            local.close(files.isShared());
        } catch (ClosedChannelException _) {
            // An interruption closes the file that is being written: the next session reads again what is not whole.
        } catch (IOException e) {
            throw unusable(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean include(Statements statements, Exclusions now, List<BlobInfo> listed, List<VaultFault> refused)
            throws InterruptedException {
        lock.writeLock().lock();
        try {
            exclusions = now;
            Set<Digest> digests = new HashSet<>();
            listed.forEach(blob -> digestOf(blob).ifPresent(digests::add));
            local.dropUnless(digests);
            List<BlobInfo> missing =
                    listed.stream().filter(blob -> !digestOf(blob).map(local::isWhole).orElse(false)).toList();
            return includeAll(statements, missing, refused);
        } catch (IOException e) {
            throw unusable(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Reads them a few at a time, so that few are in memory at once. */
    private boolean includeAll(Statements statements, List<BlobInfo> missing, List<VaultFault> refused)
            throws IOException, InterruptedException {
        for (int from = 0; from < missing.size();) {
            int to = from + 1;
            long bytes = missing.get(from).length();
            while (to < missing.size() && bytes + missing.get(to).length() <= BYTES_AT_ONCE_MAX) {
                bytes += missing.get(to).length();
                to++;
            }
            if (!includeSome(statements, missing.subList(from, to), refused)) {
                return false;
            }
            from = to;
        }
        local.finish();
        return true;
    }

    private boolean includeSome(Statements statements, List<BlobInfo> some, List<VaultFault> refused)
            throws IOException, InterruptedException {
        List<Said> said = new ArrayList<>();
        for (Outcome<Said> outcome : statements.readAll(Kind.INDEX, some, BlockIndex::interpret)) {
            switch (outcome) {
                case Outcome.Said<Said>(Said what) -> said.add(what);
                case Outcome.Refused<Said> refusal -> refused.add(refusal.why());
                case Outcome.Vanished<Said> _ -> {
                    return false;
                }
            }
        }
        local.begin(said.stream().map(Said::digest).toList());
        for (Said each : said) {
            local.put(each.digest, each.object, exclusions);
        }
        return true;
    }

    private record Said(Digest digest, IndexObject object) {}

    private static Said interpret(Statement statement) {
        IndexObject object = statement.decode(IndexObject::decode);
        if (!object.supersedes().isEmpty()) {
            statement.requireRole("that an index object supersedes another", Role.REAP, Role.OWNER);
        }
        return new Said(statement.key().digest(), object);
    }

    private static Optional<Digest> digestOf(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value()).map(ObjectKey::digest);
    }

    private VaultFault.StateUnusable unusable(IOException e) {
        return new VaultFault.StateUnusable("the index of blocks", directory.toString(), e);
    }
}
