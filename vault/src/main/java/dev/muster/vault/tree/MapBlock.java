// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map block on its way into a pack: its reference is known when the pack has been put. */
public final class MapBlock {

    /** What is done when a block is placed. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    private final List<Step> waiting = new ArrayList<>();
    private @Nullable BlockRef ref;

    MapBlock() {}

    MapBlock(BlockRef ref) {
        this.ref = ref;
    }

    /** Whether its pack has been put. */
    public boolean isPlaced() {
        return ref != null;
    }

    /** Where it is; only once it is placed. */
    public BlockRef ref() {
        if (ref == null) {
            throw new IllegalStateException("the map block is not in a pack yet");
        }
        return ref;
    }

    /** Runs this once, some time after it is placed: see {@link MapWriter#settle}. */
    void whenPlaced(Step action) {
        waiting.add(action);
    }

    List<Step> place(BlockRef place) {
        ref = place;
        return waiting;
    }
}
