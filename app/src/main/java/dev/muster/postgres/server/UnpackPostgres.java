// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns an archive into an installation, once: the unpacked directory stays in a cache under a name made of the
 * archive's digest. It is unpacked beside that name and then renamed, so any number of processes can do it at once and
 * none ever sees half of it. A marker written last names the digest and what was unpacked. What lies there must match
 * it, because nothing here waits for the disk, and a power cut may take files from under a name that stays; then it is
 * unpacked once more under the next name, and nothing is removed that a running server may have open.
 */
public final class UnpackPostgres {

    private static final String MARKER = "muster-complete";
    private static final String UNFINISHED = ".unpacking-";
    private static final Duration ABANDONED_AFTER = Duration.ofHours(1);
    private static final int DIGEST_DIGITS_IN_NAME = 16;

    private final Machine machine;
    private final OsAccount account;
    private final CacheDirectory caches;

    /**
     * @param account who must be able to run what is unpacked
     * @param caches where it may be kept, best first; see {@link CacheDirectory#usual}
     * @param say is told when the first of these could not be used, and why
     */
    public UnpackPostgres(Machine machine, OsAccount account, List<Path> caches, Consumer<String> say) {
        this.machine = machine;
        this.account = account;
        this.caches = new CacheDirectory(machine, account, caches, say);
    }

    /** Unpacks the archive unless that was done before, and returns the installation. */
    public Installation unpack(PostgresArchive archive) throws InterruptedException {
        var digest = digest(archive);
        var cache = caches.choose();
        var name = "postgres-" + digest.substring(0, DIGEST_DIGITS_IN_NAME);
        var home = cache.resolve(name);
        for (var next = 2; Files.exists(home) && !isComplete(home, digest); next++) {
            home = cache.resolve(name + "-" + next);
        }
        if (!Files.exists(home)) {
            place(archive, digest, home);
        }
        return Installation.at(home, account, machine);
    }

    private static void place(PostgresArchive archive, String digest, Path home) {
        try {
            var beside = Files.createTempDirectory(home.getParent(), UNFINISHED).toRealPath();
            try {
                removeAbandoned(beside);
                fill(beside, archive, digest);
                Files.move(beside, home, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(beside);
            }
        } catch (IOException e) {
            // Whoever else unpacked it at the same time and came first did our work.
            if (!isComplete(home, digest)) {
                throw new ServerFault.FileFailed("unpack PostgreSQL into", home, e);
            }
        }
    }

    private static void fill(Path beside, PostgresArchive archive, String digest) throws IOException {
        var sha256 = sha256();
        Txz.Contents contents;
        try (var packed = new DigestInputStream(archive.open(), sha256)) {
            contents = Txz.unpack(packed, beside, archive.name());
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new ServerFault.ArchiveDamaged(archive.name(), e);
        }
        if (!hex(sha256).equals(digest)) {
            throw new ServerFault.ArchiveDamaged(archive.name(), new IOException("it changed while it was read"));
        }
        Files.writeString(beside.resolve(MARKER), marker(digest, contents));
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static boolean isComplete(Path home, String digest) {
        var marker = home.resolve(MARKER);
        if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return Files.readString(marker).equals(marker(digest, contents(home)));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static String marker(String digest, Txz.Contents contents) {
        return "sha256 " + digest + "\nfiles " + contents.files() + "\nbytes " + contents.bytes() + "\n";
    }

    private static Txz.Contents contents(Path home) throws IOException {
        var files = 0;
        var bytes = 0L;
        try (var tree = Files.find(home, Integer.MAX_VALUE, (_, attributes) -> !attributes.isDirectory())) {
            for (var file : (Iterable<Path>) tree::iterator) {
                if (!file.getFileName().toString().equals(MARKER)) {
                    files++;
                    bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
                }
            }
        }
        return new Txz.Contents(files, bytes);
    }

    /** Removes what unpackers that were killed left behind. Both times are the file system's own. */
    private static void removeAbandoned(Path ours) throws IOException {
        var now = Files.getLastModifiedTime(ours).toInstant();
        try (var others = Files.newDirectoryStream(ours.getParent(), UNFINISHED + "*")) {
            for (var other : others) {
                if (Files.getLastModifiedTime(other).toInstant().plus(ABANDONED_AFTER).isBefore(now)) {
                    remove(other);
                }
            }
        }
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static String digest(PostgresArchive archive) {
        var sha256 = sha256();
        try (var packed = new DigestInputStream(archive.open(), sha256)) {
            packed.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new ServerFault.ArchiveDamaged(archive.name(), e);
        }
        return hex(sha256);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
