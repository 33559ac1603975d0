// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A directory of this machine: files are made with mode 0600, directories with 0700. Within the directory symbolic
 * links are not followed at the end of a path.
 */
public final class LocalDisk implements Disk {

    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = mode("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE = mode("rwx------");
    private static final Set<OpenOption> CREATING = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
            StandardOpenOption.READ);

    private static final Set<OpenOption> WRITING = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    /** A file system with less than this is called full when a write to it fails. */
    private static final long ROOM_BYTES_MIN = 1 << 20;

    private record LocalFile(LocalDisk disk, FileChannel channel) implements DiskFile {

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            disk.changing(() -> {
                for (var at = offset; source.hasRemaining();) {
                    at += channel.write(source, at);
                }
            });
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return channel.read(target, offset);
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void force() throws IOException {
            disk.changing(() -> channel.force(true));
        }

        @Override
        public void forceData() throws IOException {
            disk.changing(() -> channel.force(false));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    private final Path root;

    private LocalDisk(Path root) {
        this.root = root;
    }

    /** The tree of this directory, which need not exist yet. */
    public static LocalDisk at(Path root) {
        return new LocalDisk(KernelPath.absolute(root));
    }

    /** The tree of this directory, which is made durably if it does not exist; the one above it must. */
    public static LocalDisk make(Path root) throws IOException {
        var disk = at(root);
        if (!Files.isDirectory(disk.root)) {
            disk.makeDirectory("");
            var above = disk.root.getParent();
            if (above != null) {
                forcePath(above);
            }
        }
        return disk;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        var resolved = resolve(path);
        try {
            return new LocalFile(this, FileChannel.open(resolved, CREATING, FILE_MODE));
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return open(path, READING);
    }

    @Override
    public DiskFile openToWrite(String path) throws IOException {
        return open(path, WRITING);
    }

    private DiskFile open(String path, Set<OpenOption> options) throws IOException {
        var resolved = resolve(path);
        if (!stat(path).map(Entry::file).orElse(false)) {
            throw new NoSuchFileException(resolved.toString());
        }
        return new LocalFile(this, FileChannel.open(resolved, options));
    }

    @Override
    public void link(String existing, String created) throws IOException {
        changing(() -> Files.createLink(resolve(created), resolve(existing)));
    }

    @Override
    public void move(String source, String target) throws IOException {
        changing(() -> Files.move(resolve(source), resolve(target), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void unlink(String path) throws IOException {
        var resolved = resolve(path);
        if (Files.isDirectory(resolved, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(resolved.toString());
        }
        changing(() -> Files.delete(resolved));
    }

    @Override
    public void makeDirectory(String path) throws IOException {
        changing(() -> Files.createDirectory(resolve(path), DIRECTORY_MODE));
    }

    @Override
    public void removeDirectory(String path) throws IOException {
        var resolved = resolve(path);
        if (!Files.isDirectory(resolved, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(resolved.toString());
        }
        changing(() -> Files.delete(resolved));
    }

    @Override
    public void force(String path) throws IOException {
        changing(() -> forcePath(resolve(path)));
    }

    @Override
    public void names(String directory, Names each) throws IOException {
        try (var entries = Files.newDirectoryStream(resolve(directory))) {
            for (var entry : entries) {
                each.accept(String.valueOf(entry.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NotDirectoryException e) {
            throw new NoSuchFileException(e.getFile());
        }
    }

    @Override
    public Optional<Entry> stat(String path) throws IOException {
        try {
            var found = Files.readAttributes(resolve(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Entry(found.isRegularFile(), found.isDirectory(), found.size(),
                    found.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public String place() {
        return root.toString();
    }

    private Path resolve(String path) {
        return root.resolve(path);
    }

    private void changing(Change change) throws IOException {
        try {
            change.run();
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private IOException explained(IOException failure) {
        if (explainsItself(failure)) {
            return failure;
        }
        try {
            var fileSystem = Files.getFileStore(root);
            return explained(failure, fileSystem.isReadOnly(), fileSystem.getUsableSpace());
        } catch (IOException unknown) {
            failure.addSuppressed(unknown);
            return explained(failure, false, Long.MAX_VALUE);
        }
    }

    /**
     * Why a change failed. Java tells most reasons only in the words of the C library, which follow the locale: for a
     * full disk and a read-only one the file system is asked as well.
     */
    static IOException explained(IOException failure, boolean readOnly, long usableBytes) {
        var words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (readOnly || words.contains("read-only file system")) {
            return new ReadOnlyException(failure);
        }
        if (usableBytes < ROOM_BYTES_MIN || words.contains("no space left") || words.contains("quota exceeded")) {
            return new NoRoomException(failure);
        }
        if (words.contains("operation not permitted")) {
            var denied = new AccessDeniedException(failure.getMessage());
            denied.initCause(failure);
            return denied;
        }
        return failure;
    }

    private static boolean explainsItself(IOException failure) {
        return failure instanceof NoSuchFileException || failure instanceof FileAlreadyExistsException
                || failure instanceof DirectoryNotEmptyException
                || failure instanceof AccessDeniedException || failure instanceof ClosedByInterruptException;
    }

    private static void forcePath(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
