// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.server.OsAccount;
import dev.muster.vault.snapshot.BlockVisitor;
import dev.muster.vault.tree.FileEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Writes files as they are fetched, one after the other, with their modes and for their account. Zeros stay holes. */
final class WriteFiles implements BlockVisitor, AutoCloseable {

    private static final ByteBuffer ZERO = ByteBuffer.allocate(1).asReadOnlyBuffer();
    private static final PosixFilePermission[] BITS = {PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ};

    private final Layout layout;
    private final OsAccount account;
    private final LongConsumer written;
    private @Nullable FileChannel channel;

    /** @param written is told how many bytes there are more */
    WriteFiles(Layout layout, OsAccount account, LongConsumer written) {
        this.layout = layout;
        this.account = account;
        this.written = written;
    }

    /** The permissions that these bits stand for. */
    static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (var bit = 0; bit < BITS.length; bit++) {
            if ((mode >>> bit & 1) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }

    @Override
    public void begin(FileEntry file) throws IOException {
        close();
        var target = layout.target(file.path());
        Files.deleteIfExists(target);
        channel = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW,
                LinkOption.NOFOLLOW_LINKS);
        take(target, file.mode());
    }

    private void take(Path target, int mode) throws IOException {
        Files.setPosixFilePermissions(target, permissions(mode));
        account.ownOnly(target);
    }

    @Override
    public void block(FileEntry file, long position, byte[] bytes) throws IOException {
        writeAt(position, ByteBuffer.wrap(bytes));
        written.accept(bytes.length);
    }

    @Override
    public void zeros(FileEntry file, long position, long length) {
        written.accept(length);
    }

    @Override
    public void end(FileEntry file) throws IOException {
        if (opened().size() < file.size()) {
            writeAt(file.size() - 1, ZERO.duplicate());
        }
        close();
    }

    private void writeAt(long position, ByteBuffer bytes) throws IOException {
        var at = position;
        while (bytes.hasRemaining()) {
            at += opened().write(bytes, at);
        }
    }

    private FileChannel opened() {
        if (channel == null) {
            throw new IllegalStateException("no file has begun");
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
