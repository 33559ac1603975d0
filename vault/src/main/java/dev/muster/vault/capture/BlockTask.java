// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.seal.Compressed;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a file on its way from the sink through a worker into the file's parts. A worker says what became of it, and
 * only after {@link #finish}, under the lock of its file, does anybody else look.
 */
final class BlockTask {

    private final FileFlow file;
    private final byte[] plain;
    private final int length;
    private boolean finished;
    private @Nullable DraftPart part;
    private @Nullable Compressed toSeal;

    /** A block that a worker must look at; the array is its own. */
    BlockTask(FileFlow file, byte[] plain, int length) {
        this.file = file;
        this.plain = plain;
        this.length = length;
    }

    FileFlow file() {
        return file;
    }

    byte[] plain() {
        return plain;
    }

    int length() {
        return length;
    }

    /** What became of it: nothing more is to be done. */
    void isKnown(DraftPart known) {
        part = known;
    }

    /** It is new: this is to be sealed. */
    void isNew(PendingFrame frame, Compressed content) {
        toSeal = content;
        part = new DraftPart.Fresh(frame);
    }

    /** All is known of it. */
    void finish() {
        finished = true;
    }

    boolean isFinished() {
        return finished;
    }

    DraftPart part() {
        if (part == null) {
            throw new IllegalStateException("the block has not been looked at yet");
        }
        return part;
    }

    /** What is to be sealed; null for a block that exists. */
    @Nullable
    Compressed toSeal() {
        return toSeal;
    }
}
