// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.manifest.Manifest;
import dev.muster.postgres.base.manifest.ManifestReader;
import dev.muster.postgres.base.tar.TarReader;
import dev.muster.postgres.datadir.PageCheck;
import dev.muster.postgres.wire.replication.BackupReader;
import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a base backup as the server sends it: archives, then the manifest. Every file goes straight into the snapshot;
 * nothing is held but what is verified at the end.
 */
final class ReceiveBackup implements BackupReader {

    /** Where tablespaces lie in a snapshot: each in a directory of its own, as PostgreSQL sees them. */
    static final String TABLESPACES = "pg_tblspc";

    static final String LOCATION = "tablespace.location";
    private static final String MAIN_ARCHIVE = "base.tar";

    private final SnapshotFiles files;
    private final Folder folder;
    private final Watcher watcher;
    private final Function<BackupStart, Optional<PageCheck.Rule>> rules;

    private @Nullable BackupStart start;
    private @Nullable ArchiveFiles archives;
    private @Nullable TarReader archive;
    private @Nullable Incoming manifest;
    private boolean mainArchiveSeen;

    /** Is told what happens, on the thread that receives. */
    interface Watcher {

        /** The server has begun: this is its estimate of all bytes. */
        void begins(BackupStart start) throws InterruptedException;

        /** So many bytes of files have arrived. */
        void received(long bytes);
    }

    /**
     * What directories are like for which the server says nothing.
     *
     * @param mode their permission bits
     * @param modified the time that they are given
     */
    record Folder(int mode, Instant modified) {

        FileEntry at(String path) {
            return FileEntry.directory(path, mode, modified);
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private record Incoming(ManifestReader reader, SnapshotFiles.OpenFile file) {}

    /**
     * @param folder what the data directory and those of tablespaces are like
     * @param rules how pages are verified, once it is known where the backup starts
     */
    ReceiveBackup(SnapshotFiles files, Folder folder, Watcher watcher,
            Function<BackupStart, Optional<PageCheck.Rule>> rules) {
        this.files = files;
        this.folder = folder;
        this.watcher = watcher;
        this.rules = rules;
    }

    @Override
    public void begins(BackupStart begun) {
        interruptibly(() -> {
            start = begun;
            archives = new ArchiveFiles(files, rules.apply(begun));
            files.directory(folder.at(""));
            watcher.begins(begun);
        });
    }

    @Override
    public void archiveBegins(String name, String location) {
        interruptibly(() -> {
            endArchive();
            var main = name.equals(MAIN_ARCHIVE);
            mainArchiveSeen |= main;
            var path = main ? "" : TABLESPACES + "/" + name.substring(0, name.indexOf('.'));
            if (!main) {
                files.directory(folder.at(path).withAttributes(Map.of(LOCATION, location)));
            }
            archives().enter(path);
            archive = new TarReader(name, archives());
        });
    }

    @Override
    public void archiveBytes(ByteBuffer bytes) {
        interruptibly(() -> {
            if (archive == null) {
                throw new IllegalStateException("bytes of no archive");
            }
            archive.accept(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            watcher.received(archives().bytes());
        });
    }

    private void endArchive() {
        if (archive != null) {
            archive.end();
            archive = null;
        }
    }

    @Override
    public void manifestBegins() {
        interruptibly(() -> {
            endArchive();
            manifest = new Incoming(new ManifestReader(archives().received()::listed),
                    files.document(Documents.MANIFEST));
        });
    }

    @Override
    public void manifestBytes(ByteBuffer bytes) {
        interruptibly(() -> {
            var incoming = incoming();
            var offset = bytes.arrayOffset() + bytes.position();
            incoming.reader.accept(bytes.array(), offset, bytes.remaining());
            incoming.file.write(bytes.array(), offset, bytes.remaining());
        });
    }

    /**
     * Verifies that everything has arrived as the server lists it. Only then is what was received a backup.
     *
     * @throws BaseBackupFault.ManifestMismatch if it is not
     */
    Manifest verify() throws InterruptedException {
        var incoming = incoming();
        var verified = incoming.reader.end();
        incoming.file.finish(ContentCheck.none());
        archives().received().end();
        if (!mainArchiveSeen) {
            throw new BaseBackupFault.ManifestMismatch("the main archive did not arrive", MAIN_ARCHIVE);
        }
        return verified;
    }

    /** Whether the server has sent all of its manifest, as far as can be told. */
    boolean manifestHasBegun() {
        return manifest != null;
    }

    BackupStart start() {
        if (start == null) {
            throw new IllegalStateException("the backup has not begun");
        }
        return start;
    }

    ArchiveFiles archives() {
        if (archives == null) {
            throw new IllegalStateException("the backup has not begun");
        }
        return archives;
    }

    private Incoming incoming() {
        if (manifest == null) {
            throw new BaseBackupFault.ManifestMismatch("there is no manifest", "backup_manifest");
        }
        return manifest;
    }

    private static void interruptibly(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            throw new Cancelled(e);
        }
    }
}
