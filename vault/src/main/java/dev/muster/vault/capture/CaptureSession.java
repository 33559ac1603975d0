// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.index.BlockIndex;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotBody;
import dev.muster.vault.snapshot.SnapshotCounts;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.EntryPath;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.FileType;
import dev.muster.vault.tree.TreeRoot;
import dev.muster.work.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes one snapshot (docs/format.md, section 9). Files are written by any threads, each by one; the thread that opened
 * the session commits and closes it. A session that is closed without a commit leaves what it has put for the next one to
 * adopt.
 *
 * <p>Every method throws the first failure of the session: a StoreException, or a VaultFault.
 */
public final class CaptureSession implements AutoCloseable {

    private static final int HEARTBEAT_LOOK_SECONDS = 60;
    /** Who is told to stop is not waited for much longer. */
    private static final Duration LEAVING_MAX = Duration.ofSeconds(8);

    private final CaptureSetting setting;
    private final CaptureRequest request;
    private final Ending ending = new Ending();
    private final AdoptedPacks adopted = new AdoptedPacks();
    private final SessionCandidates candidates;
    private final BlockIndex index;
    private final IndexKeeper keeper;
    private final Pipeline pipeline;
    private final Scope scope;
    private final List<VaultFault> notices;
    private final Set<String> ownDirectories = new ConcurrentSkipListSet<>();
    private volatile boolean rootGiven;
    private @Nullable TreeRoot table;

    private CaptureSession(CaptureSetting setting, CaptureRequest request, SessionCandidates candidates,
            BlockIndex index, List<VaultFault> notices) throws InterruptedException {
        this.setting = setting;
        this.request = request;
        this.candidates = candidates;
        this.index = index;
        this.notices = List.copyOf(notices);
        this.keeper = new IndexKeeper(index, setting.statements(), adopted, setting.clock(),
                setting.charter().packBytes());
        this.pipeline = new Pipeline(setting, keeper, CaptureLimits.of(setting.machine().workers()), ending,
                request.zstdLevel());
        this.scope = Scope.openPlatform("capture", pipeline.tasks() + 1);
        pipeline.start(scope);
        scope.fork(() -> pipeline.guard(this::keepAlive));
    }

    /**
     * Announces a session and reads the index: steps 1 and 2.
     *
     * @throws VaultFault.NotGranted if the slot's role does not write snapshots
     * @throws VaultFault.Refused if the repository is a replica, or tags take too much room
     */
    public static CaptureSession open(CaptureSetting setting, CaptureRequest request) throws InterruptedException {
        requireRoom(request, SnapshotBody.mapBytes(request.tags(), Map.of()));
        setting.chain().current();
        SessionCandidates candidates = SessionCandidates.announce(setting, request.source().host(),
                "capture of " + request.source().system());
        setting.reached("after-announce");
        BlockIndex index = BlockIndex.open(setting.indexDirectory(), Uid.random(setting.random()));
        try {
            List<VaultFault> notices = index.refresh(setting.statements());
            setting.reached("after-refresh");
            return new CaptureSession(setting, request, candidates, index, notices);
        } catch (Throwable e) {
            index.close();
            throw e;
        }
    }

    /** Index objects that could not be used, for the report. */
    public List<VaultFault> notices() {
        return notices;
    }

    /**
     * Keeps retention and gc from WAL that the snapshot will need, from the starts of these on, until the session is over: where it
     * will end is not known while the source is read. Before that nothing is pinned.
     */
    public void keepLog(List<WalNeed> from) throws InterruptedException {
        ending.check();
        if (!from.isEmpty()) {
            candidates.pin(from);
        }
    }

    /** Adds a directory; the root directory is the empty path. */
    public void directory(FileEntry entry) {
        requireType(entry, FileType.DIRECTORY);
        if (entry.path().isEmpty()) {
            rootGiven = true;
        }
        pipeline.mapper().addPlain(entry);
    }

    /** Adds a symbolic link. */
    public void link(FileEntry entry) {
        requireType(entry, FileType.LINK);
        pipeline.mapper().addPlain(entry);
    }

    /** Begins a file that is cut into blocks of the repository's size, as pages of a database want it. */
    public FileSink file(FileEntry draft) {
        requireType(draft, FileType.FILE);
        return sink(draft, Cutter.fixed(pipeline.blockBytes()));
    }

    /** Begins a file that is cut by its content, as a dump wants it, in which an insertion moves all that follows. */
    public FileSink stream(FileEntry draft) {
        requireType(draft, FileType.FILE);
        return sink(draft, Cutter.byContent(setting.chain().names()));
    }

    /** Adds something that describes the capture, under a relative path of its own. */
    public void document(String name, byte[] content) throws InterruptedException {
        try (FileSink sink = document(name)) {
            sink.write(content, 0, content.length);
            sink.finish(ContentCheck.none());
        }
    }

    /** Begins a document that is too large to be held, or not known as a whole yet: see {@link #document(String, byte[])}. */
    public FileSink document(String name) {
        String path = EntryPath.OWN;
        ownDirectories.add(path);
        String[] segments = name.split("/", -1);
        for (int at = 0; at < segments.length - 1; at++) {
            path += "/" + segments[at];
            ownDirectories.add(path);
        }
        FileEntry draft = FileEntry.file(EntryPath.OWN + "/" + name, 0600, Instant.EPOCH);
        return sink(draft, Cutter.fixed(pipeline.blockBytes()));
    }

    /** An older snapshot to adopt from, if it counts in a listing made now. */
    public Optional<CaptureBase> base(SnapshotHead head) throws InterruptedException {
        boolean counts = setting.catalog().read().counting().stream().anyMatch(each -> each.id().equals(head.id()));
        return counts
                ? Optional.of(new CaptureBase(new SnapshotReader(head, setting.store(), setting.chain(), 1)))
                : Optional.empty();
    }

    /** How far it is; cheap. */
    public CaptureProgress progress() {
        return pipeline.counters().progress();
    }

    /**
     * Commits what was captured; all files are finished. May be called again after WAL was missing.
     *
     * @return the snapshot; it counts, and the roll says so
     * @throws VaultFault.NotCommitted if it does not count: WAL that it needs is not in the repository, or blocks that it
     *             adopted must be read again; the next session uses what was uploaded
     * @throws VaultFault.Refused if the entries make no table, or tags and facts take too much room
     */
    public SnapshotHead commit(SnapshotDraft draft) throws InterruptedException {
        requireRoom(request, SnapshotBody.mapBytes(request.tags(), draft.facts()));
        if (draft.needs().size() > SnapshotBody.NEEDS_MAX) {
            throw new IllegalArgumentException(draft.needs().size() + " needs of WAL");
        }
        TreeRoot root = finish();
        CaptureProgress progress = progress();
        SnapshotCounts counts = new SnapshotCounts(progress.files(), pipeline.counters().sourceBytes().sum(),
                progress.newFrameBytes(), progress.readBytes());
        return new CommitSnapshot(setting, request, candidates, adopted, index.exclusions()).run(root, draft, counts);
    }

    /**
     * Ends the session and releases all that it holds; what was not committed is not. What is durable is listed for the
     * next session, for which a store that is slow has 8 seconds. Throws the failure of the session if there was one that no
     * other method has thrown.
     */
    @Override
    public void close() {
        ending.fail(new VaultFault.NotCommitted("the session was closed", "the session"));
        try {
            scope.close();
        } catch (RuntimeException | Error e) {
            if (!ending.wasTold()) {
                throw e;
            }
        } finally {
            leave();
        }
    }

    /** An interruption waits until this is over: files are closed by it. */
    private void leave() {
        boolean interrupted = Thread.interrupted();
        try {
            if (!keeper.hasListedAll()) {
                Leaving.attempt(keeper::leave, LEAVING_MAX);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        } finally {
            pipeline.close();
            index.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A part of the source could not be captured: nothing of it will be committed. */
    void fail(RuntimeException reason) {
        ending.fail(reason);
    }

    private TreeRoot finish() throws InterruptedException {
        TreeRoot finished = table;
        if (finished == null) {
            addOwnDirectories();
            pipeline.finishData();
            setting.reached("after-data");
            finished = pipeline.finishTree();
            table = finished;
            setting.reached("after-tree");
        }
        ending.check();
        return finished;
    }

    private void addOwnDirectories() {
        if (!rootGiven) {
            pipeline.mapper().addPlain(FileEntry.directory("", 0700, Instant.EPOCH));
        }
        ownDirectories.forEach(path -> pipeline.mapper().addPlain(FileEntry.directory(path, 0700, Instant.EPOCH)));
    }

    private FileSink sink(FileEntry draft, Cutter cutter) {
        ending.check();
        return new FileSink(this, pipeline, keeper, draft, cutter);
    }

    private void keepAlive() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(HEARTBEAT_LOOK_SECONDS, TimeUnit.SECONDS)) {
            candidates.repeatIfDue();
        }
    }

    private void requireType(FileEntry entry, FileType type) {
        ending.check();
        if (entry.type() != type) {
            throw new IllegalArgumentException(entry.path() + " is a " + entry.type() + ", not a " + type);
        }
        if (EntryPath.isOwn(entry.path())) {
            throw new VaultFault.Refused("This name is Muster's own", entry.path(),
                    "Leave it out of the source: what lies there describes a capture.");
        }
    }

    private static void requireRoom(CaptureRequest request, int bytes) {
        if (bytes > SnapshotBody.MAPS_BYTES_MAX) {
            throw new VaultFault.Refused("Tags and facts of " + bytes + " bytes, at most "
                    + SnapshotBody.MAPS_BYTES_MAX + " are allowed", request.source().system(),
                    "Use fewer or shorter tags.");
        }
    }
}
