// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileEntry;
import dev.muster.work.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes the files of a snapshot, a few batches at once. The files of a batch are written, then all made durable, then
 * given the times that they had: a file of the right size and time is complete, and a run that carries on leaves it alone.
 * A batch is made durable as a whole since the first file that is forced takes the others with it.
 */
final class CopyFiles {

    /** Each reads ahead by itself: this many times what one read may hold is in memory. */
    private static final int BATCHES_AT_ONCE = 2;
    private static final long BATCH_BYTES_MAX = 256L << 20;
    private static final int BATCH_FILES_MAX = 500;

    private final SnapshotReader snapshot;
    private final Layout layout;
    private final DurableFiles files;
    private final RestoreTools tools;
    private final Counting counting;

    CopyFiles(RestorePlan plan, SnapshotReader snapshot, RestoreTools tools, Consumer<RestoreProgress> progress) {
        this.snapshot = snapshot;
        this.layout = new Layout(plan);
        this.files = new DurableFiles(tools.room().account());
        this.tools = tools;
        this.counting = new Counting(plan.reach().point().size().files(), plan.reach().point().size().bytes(),
                progress, new AtomicLong(), new AtomicLong());
    }

    /** Writes what is not complete yet. */
    void copy() throws InterruptedException {
        try (var scope = Scope.open("restore", BATCHES_AT_ONCE)) {
            var batch = new Batch(new ArrayList<>());
            snapshot.entries(entry -> {
                switch (entry.type()) {
                    case DIRECTORY -> DurableFiles.makeDirectory(layout.target(entry.path()));
                    case LINK -> throw new VaultFault.Damage("a symbolic link in a base backup", entry.path());
                    case FILE -> take(scope, batch, entry);
                }
            });
            fork(scope, batch);
            scope.join();
        }
    }

    private void take(Scope scope, Batch batch, FileEntry entry) throws InterruptedException {
        if (!Layout.isCopied(entry.path()) || isComplete(layout.target(entry.path()), entry)) {
            counting.file(entry.size());
            return;
        }
        batch.entries.add(entry);
        if (batch.bytes() >= BATCH_BYTES_MAX || batch.entries.size() == BATCH_FILES_MAX) {
            fork(scope, batch);
        }
    }

    private void fork(Scope scope, Batch batch) throws InterruptedException {
        if (!batch.entries.isEmpty()) {
            var entries = List.copyOf(batch.entries);
            batch.entries.clear();
            scope.fork(() -> write(entries));
        }
    }

    /** What is written together. */
    private record Batch(List<FileEntry> entries) {

        long bytes() {
            return entries.stream().mapToLong(FileEntry::size).sum();
        }
    }

    private static boolean isComplete(Path file, FileEntry entry) {
        return DurableFiles.on(file, "look at this file", () -> {
            try {
                var found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return found.isRegularFile() && found.size() == entry.size()
                        && found.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS)
                                .equals(entry.modified().truncatedTo(ChronoUnit.MICROS));
            } catch (NoSuchFileException e) {
                return false;
            }
        });
    }

    private void write(List<FileEntry> entries) throws InterruptedException {
        try (var writing = new WriteFiles(layout, files.account(), counting::bytes)) {
            snapshot.fetch(entries, writing);
        } catch (UncheckedIOException e) {
            throw new RestoreFault.FileFailed("write files", layout.directory(), new IOException(e.getMessage(), e));
        } catch (IOException e) {
            throw new RestoreFault.FileFailed("write files", layout.directory(), e);
        }
        for (var entry : entries) {
            var file = layout.target(entry.path());
            DurableFiles.on(file, "make this file durable", () -> force(file));
        }
        for (var entry : entries) {
            var file = layout.target(entry.path());
            DurableFiles.on(file, "set the time of this file", () -> setTime(file, entry));
            counting.file(0);
        }
        tools.reached("in-files");
    }

    private static Path force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(true);
        }
        return file;
    }

    private static Path setTime(Path file, FileEntry entry) throws IOException {
        var time = FileTime.from(entry.modified());
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setTimes(time, time,
                null);
        return file;
    }

    /** What was written so far. */
    private record Counting(long filesTotal, long bytesTotal, Consumer<RestoreProgress> progress, AtomicLong files,
            AtomicLong bytes) {

        void bytes(long more) {
            bytes.addAndGet(more);
            tell();
        }

        void file(long itsBytes) {
            files.incrementAndGet();
            bytes.addAndGet(itsBytes);
            tell();
        }

        private void tell() {
            progress.accept(new RestoreProgress.Copying(files.get(), filesTotal, bytes.get(), bytesTotal));
        }
    }
}
