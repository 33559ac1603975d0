// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks a tar file under xz into a directory, and nowhere else: absolute names, names with "..", links that lead out,
 * files through links, and anything that is neither directory, file nor symbolic link are refused. xz's own checksum is
 * read to its end, so that a cut or altered archive never passes for a whole one.
 */
final class Txz {

    private static final long UNPACKED_BYTES_MAX = 2L << 30;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ENTRIES_MAX = 100_000;
    private static final int MEMORY_KIB_MAX = 256 * 1024;
    private static final int EXECUTE_BITS = 0111;

    private final Path target;
    private final String name;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int files;
    private long bytes;

    private Txz(Path target, String name) {
        this.target = target;
        this.name = name;
    }

    /** What lies unpacked: the number of files and links, and the bytes in the files. */
    record Contents(int files, long bytes) {}

    /**
     * Unpacks everything.
     *
     * @param target an empty directory, as its real path
     * @param name what to call the archive in messages
     */
    static Contents unpack(InputStream packed, Path target, String name) throws IOException {
        return new Txz(target, name).unpack(packed);
    }

    private Contents unpack(InputStream packed) throws IOException {
        try (var xz = new XZInputStream(packed, MEMORY_KIB_MAX); var tar = new TarArchiveInputStream(xz)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar);
            }
            xz.transferTo(OutputStream.nullOutputStream());
        }
        if (files == 0) {
            throw refusal("it is empty");
        }
        return new Contents(files, bytes);
    }

    private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
        var path = inside(entry.getName());
        if (entry.isDirectory()) {
            directory(path);
            return;
        }
        directory(above(path));
        files++;
        bytes += isPlainFile(entry) ? entry.getSize() : 0;
        if (files > ENTRIES_MAX || bytes > UNPACKED_BYTES_MAX) {
            throw refusal("it is larger than any server");
        }
        if (entry.isSymbolicLink()) {
            link(path, entry.getLinkName());
        } else if (isPlainFile(entry)) {
            file(path, entry, content);
        } else {
            throw refusal("it holds something that is no file: " + entry.getName());
        }
    }

    /** The entry's own isFile says yes to devices and hard links. */
    private static boolean isPlainFile(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    private void directory(Path path) throws IOException {
        if (path.equals(target)) {
            return;
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            directory(above(path));
            Files.createDirectory(path);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void file(Path path, TarArchiveEntry entry, InputStream content) throws IOException {
        try (var out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (var read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                write(out, read, path);
            }
        }
        var executable = (entry.getMode() & EXECUTE_BITS) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** A full disk must not look like a bad archive. */
    private void write(OutputStream out, int length, Path path) throws FileSystemException {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            var failure = new FileSystemException(path.toString(), null, e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private void link(Path path, String to) throws IOException {
        if (to.startsWith("/") || !path.resolveSibling(to).normalize().startsWith(target)) {
            throw refusal("a link leads out of it: " + to);
        }
        Files.createSymbolicLink(path, Path.of(to));
    }

    private static Path above(Path path) {
        return Objects.requireNonNull(path.getParent(), "below the target");
    }

    private Path inside(String entryName) throws IOException {
        var path = target.resolve(entryName).normalize();
        if (entryName.startsWith("/") || !path.startsWith(target)) {
            throw refusal("a name leads out of it: " + entryName);
        }
        return path;
    }

    private IOException refusal(String why) {
        return new IOException("archive " + name + " is refused: " + why);
    }
}
