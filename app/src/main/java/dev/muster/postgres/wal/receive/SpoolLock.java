// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.disk.OwnerOnly;
import dev.muster.postgres.wal.spool.SpoolFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** That this program, and no other on this host, works on a spool. It goes with the program, however that ends. */
public final class SpoolLock implements AutoCloseable {

    private static final String FILE = "lock";
    private static final int SAID_BYTES_MAX = 64;

    private final FileChannel channel;

    private SpoolLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it, making the spool's directory if there is none: for its owner only, since row data will lie there.
     *
     * @param process this process, for those who come second
     * @throws ReceiverFault.SpoolInUse if another has it
     */
    public static SpoolLock take(Path spool, long process) {
        try {
            OwnerOnly.makeDirectories(spool);
            var channel = OwnerOnly.open(spool.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (!isTaken(channel)) {
                var holder = said(channel);
                channel.close();
                throw new ReceiverFault.SpoolInUse(spool + (holder.isEmpty() ? "" : ", process " + holder));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(process).getBytes(StandardCharsets.US_ASCII)), 0);
            return new SpoolLock(channel);
        } catch (IOException e) {
            throw SpoolFault.of(spool.toString(), e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String said(FileChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(SAID_BYTES_MAX);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a lock file cannot be closed", e);
        }
    }
}
