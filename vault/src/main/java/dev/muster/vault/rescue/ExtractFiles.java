// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.rescue;

import dev.muster.vault.object.VaultFault;
import dev.muster.vault.snapshot.BlockVisitor;
import dev.muster.vault.snapshot.SnapshotReader;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a snapshot below a new directory. Links come last and lead nowhere out of it, so that nothing is
 * ever written through one.
 */
final class ExtractFiles implements BlockVisitor {

    private static final PosixFilePermission[] BITS = {PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ};

    private final SnapshotReader snapshot;
    private final Path target;
    private final List<String> skippedLinks = new ArrayList<>();
    private @Nullable FileChannel open;
    private long files;
    private long bytes;

    ExtractFiles(SnapshotReader snapshot, Path target) {
        this.snapshot = snapshot;
        this.target = target;
    }

    /**
     * Writes all of it.
     *
     * @throws VaultFault.Refused if the directory exists and is not empty
     */
    Extracted run() throws IOException, InterruptedException {
        requireEmpty();
        List<FileEntry> plain = new ArrayList<>();
        List<FileEntry> links = new ArrayList<>();
        List<FileEntry> directories = new ArrayList<>();
        snapshot.entries(entry -> (switch (entry.type()) {
            case FILE -> plain;
            case LINK -> links;
            case DIRECTORY -> directories;
        }).add(entry));
        for (FileEntry directory : directories) {
            Files.createDirectories(place(directory));
        }
        snapshot.fetch(plain, this);
        for (FileEntry link : links) {
            link(link);
        }
        for (FileEntry directory : directories.reversed()) {
            finish(directory);
        }
        return new Extracted(files, bytes, List.copyOf(skippedLinks));
    }

    /**
     * What was written.
     *
     * @param files how many
     * @param bytes of them
     * @param skippedLinks links that would lead out of the directory, with their targets: tablespaces
     */
    record Extracted(long files, long bytes, List<String> skippedLinks) {}

    @Override
    public void begin(FileEntry file) throws IOException {
        open = FileChannel.open(place(file), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public void block(FileEntry file, long position, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel().write(buffer, position + buffer.position());
        }
        bytes += content.length;
    }

    @Override
    public void zeros(FileEntry file, long position, long length) throws IOException {
        channel().write(ByteBuffer.wrap(new byte[1]), position + length - 1);
        bytes += length;
    }

    @Override
    public void end(FileEntry file) throws IOException {
        channel().force(true);
        channel().close();
        open = null;
        finish(file);
        files++;
    }

    private FileChannel channel() {
        if (open == null) {
            throw new IllegalStateException("no file has begun");
        }
        return open;
    }

    private void requireEmpty() throws IOException {
        Files.createDirectories(target);
        try (var inside = Files.list(target)) {
            if (inside.findAny().isPresent()) {
                throw new VaultFault.Refused("The directory is not empty", target.toString(),
                        "Name a directory that does not exist or is empty.");
            }
        }
    }

    private Path place(FileEntry entry) {
        Path place = entry.path().isEmpty() ? target : target.resolve(entry.path()).normalize();
        if (!place.startsWith(target)) {
            throw new VaultFault.Damage("a path leads out of the directory", entry.path());
        }
        return place;
    }

    private void finish(FileEntry entry) throws IOException {
        Path place = place(entry);
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((entry.mode() & 1 << bit) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        Files.setPosixFilePermissions(place, permissions);
        Files.setLastModifiedTime(place, FileTime.from(entry.modified()));
        if (entry.type() == FileType.DIRECTORY) {
            try (FileChannel directory = FileChannel.open(place, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    private void link(FileEntry entry) throws IOException {
        Path place = place(entry);
        Path parent = place.getParent();
        Path to = Path.of(entry.linkTarget());
        if (parent == null || to.isAbsolute() || goesBackUp(to)
                || !parent.resolve(to).normalize().startsWith(target)) {
            skippedLinks.add(entry.path() + " -> " + entry.linkTarget());
        } else {
            Files.createSymbolicLink(place, to);
        }
    }

    /** Whether it goes down and up again: past another link, that leads to where the names do not tell. */
    private static boolean goesBackUp(Path to) {
        var down = false;
        for (var name : to) {
            var up = name.toString().equals("..");
            if (up && down) {
                return true;
            }
            down |= !up;
        }
        return false;
    }
}
