// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.pack.PackWriter;
import dev.muster.vault.seal.Compressed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One open pack of data, into which the blocks of one file after the other go. The first packs are shorter than the
 * others, so that something is durable early. Thread-safe.
 */
final class Lane {

    /** The first pack has an eighth of the usual length, the next ones a quarter, a half, and all of it. */
    private static final int SHORT_PACKS = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final IntFunction<PackWriter> newPack;
    private final int packBytes;
    private final Uploads uploads;
    private @Nullable PackWriter writer;
    private List<Uploads.Frame> frames = new ArrayList<>();
    private int opened;
    private int files;

    /**
     * @param newPack opens a pack of the target bytes that it is given
     * @param packBytes length that packs of the repository aim at
     */
    Lane(IntFunction<PackWriter> newPack, int packBytes, Uploads uploads) {
        this.newPack = newPack;
        this.packBytes = packBytes;
        this.uploads = uploads;
    }

    /** Seals a block into the open pack. */
    void append(PendingFrame frame, Compressed content) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (writer != null && !writer.takes(content)) {
                close();
            }
            if (writer == null) {
                uploads.takePack();
                writer = newPack.apply(packBytes >> Math.max(0, SHORT_PACKS - opened));
                opened++;
            }
            int offset = writer.append(frame.id(), content);
            frames.add(new Uploads.Frame(frame, offset, content.frameLength()));
            if (writer.isFull()) {
                close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands the open pack to the uploads, however full it is. */
    void flush() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            close();
        } finally {
            lock.unlock();
        }
    }

    /** How many files are being written into it; guarded by the {@link Pipeline}. */
    int files() {
        return files;
    }

    void addFiles(int more) {
        files += more;
    }

    private void close() {
        PackWriter full = writer;
        if (full != null) {
            uploads.add(full, frames);
            writer = null;
            frames = new ArrayList<>();
        }
    }
}
