// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new block of this session: in work, in an open pack, and at last at a place that can be referred to. What waits for
 * its place belongs to the {@link Mapper}.
 */
final class PendingFrame {

    private final Digest id;
    private final int plainLength;
    private final List<Runnable> waiting = new ArrayList<>();
    private @Nullable BlockRef ref;

    PendingFrame(Digest id, int plainLength) {
        this.id = id;
        this.plainLength = plainLength;
    }

    Digest id() {
        return id;
    }

    int plainLength() {
        return plainLength;
    }

    /** Whether its pack is durable. Only the mapper asks. */
    boolean isDurable() {
        return ref != null;
    }

    /** Where it is, once that is durable. Only the mapper asks. */
    BlockRef ref() {
        if (ref == null) {
            throw new IllegalStateException("the block is not in a pack yet");
        }
        return ref;
    }

    /** Only the mapper waits. */
    void whenDurable(Runnable action) {
        waiting.add(action);
    }

    /** Only the mapper says so. */
    void durable(BlockRef place) {
        ref = place;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }
}
