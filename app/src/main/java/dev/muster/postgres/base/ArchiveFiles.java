// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.tar.TarMember;
import dev.muster.postgres.base.tar.TarSink;
import dev.muster.postgres.datadir.BackupLabel;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.datadir.PageCheck;
import dev.muster.postgres.datadir.RelationFile;
import dev.muster.postgres.datadir.TablespaceMap;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.EntryPath;
import dev.muster.vault.tree.FileEntry;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Hands each member of the archives on to the snapshot, with its checksum; verifies pages on the way, and remembers the
 * few files that say what the backup is.
 */
final class ArchiveFiles implements TarSink {

    /** The files that are remembered, with the most bytes that they have. */
    private static final Map<String, Integer> REMEMBERED = Map.of(BackupLabel.PATH, BackupLabel.BYTES_MAX,
            TablespaceMap.PATH, TablespaceMap.BYTES_MAX, ControlFile.PATH, ControlFile.BYTES);

    private static final Set<String> CONFIGURATION = Set.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf");

    /** The owner that PostgreSQL's archives name, whoever runs the server. */
    private static final String OWNER = "postgres";

    private final SnapshotFiles files;
    private final ReceivedFiles received = new ReceivedFiles();
    private final BadPages badPages = new BadPages();
    private final Optional<PageCheck.Rule> pages;
    private final Map<String, byte[]> remembered = new HashMap<>();
    private final Set<String> configurationFiles = new HashSet<>();
    private final CRC32C crc = new CRC32C();
    private String folder = "";
    private long bytes;
    private @Nullable Current current;

    /** The file that is arriving. */
    private record Current(String path, SnapshotFiles.OpenFile file, @Nullable PageCheck check,
            @Nullable ByteArrayOutputStream copy) {}

    /** @param pages how pages are verified; nothing if they have no checksums */
    ArchiveFiles(SnapshotFiles files, Optional<PageCheck.Rule> pages) {
        this.files = files;
        this.pages = pages;
    }

    /** The members that follow lie in this folder of the snapshot; empty for the data directory itself. */
    void enter(String newFolder) {
        folder = newFolder;
    }

    ReceivedFiles received() {
        return received;
    }

    BadPages badPages() {
        return badPages;
    }

    /** How many bytes of files have arrived. */
    long bytes() {
        return bytes;
    }

    /** The bytes of one of the files that are remembered. */
    Optional<byte[]> remembered(String path) {
        return Optional.ofNullable(remembered.get(path));
    }

    /** The names of the configuration files that the data directory holds. */
    Set<String> configurationFiles() {
        return Set.copyOf(configurationFiles);
    }

    @Override
    public void begin(TarMember member) throws InterruptedException {
        var path = folder.isEmpty() ? member.name() : folder + "/" + member.name();
        if (EntryPath.isOwn(path)) {
            throw new BaseBackupFault.Unexpected("a name that Muster keeps for itself", path);
        }
        switch (member.type()) {
            case DIRECTORY -> files.directory(
                    FileEntry.directory(path, member.mode(), member.modified()).ownedBy(OWNER, OWNER));
            case LINK -> throw new BaseBackupFault.Unexpected("a symbolic link", path);
            case FILE -> current = open(path, member);
        }
    }

    private Current open(String path, TarMember member) throws InterruptedException {
        var limit = REMEMBERED.get(path);
        if (limit != null && member.size() > limit) {
            throw new BaseBackupFault.Unexpected("a file of " + member.size() + " bytes", path);
        }
        crc.reset();
        if (CONFIGURATION.contains(path)) {
            configurationFiles.add(path);
        }
        var draft = FileEntry.file(path, member.mode(), member.modified()).ownedBy(OWNER, OWNER);
        return new Current(path, files.file(draft), check(path),
                limit == null ? null : new ByteArrayOutputStream((int) member.size()));
    }

    private @Nullable PageCheck check(String path) {
        var relation = RelationFile.parse(path);
        return pages.isPresent() && relation.isPresent()
                ? new PageCheck(path, relation.get(), pages.get(), badPages::add)
                : null;
    }

    @Override
    public void data(byte[] data, int offset, int length) throws InterruptedException {
        var file = opened();
        crc.update(data, offset, length);
        bytes += length;
        if (file.check != null) {
            file.check.accept(data, offset, length);
        }
        if (file.copy != null) {
            file.copy.write(data, offset, length);
        }
        file.file.write(data, offset, length);
    }

    @Override
    public void end(TarMember member) throws InterruptedException {
        if (member.type() != TarMember.Type.FILE) {
            return;
        }
        var file = opened();
        var sum = (int) crc.getValue();
        file.file.finish(new ContentCheck.Crc32c(sum));
        received.arrived(file.path, member.size(), sum);
        if (file.copy != null) {
            remembered.put(file.path, file.copy.toByteArray());
        }
        current = null;
    }

    private Current opened() {
        if (current == null) {
            throw new IllegalStateException("no file has begun");
        }
        return current;
    }
}
