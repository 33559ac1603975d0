// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import java.util.concurrent.atomic.LongAdder;

/** What a session counts while it runs. Thread-safe. */
record Counters(LongAdder files, LongAdder sourceBytes, LongAdder logicalBytes, LongAdder readBytes, LongAdder blocks,
        LongAdder newBlocks, LongAdder newFrameBytes, LongAdder packsPut, LongAdder putBytes) {

    Counters() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(),
                new LongAdder(), new LongAdder(), new LongAdder());
    }

    CaptureProgress progress() {
        return new CaptureProgress(files.sum(), logicalBytes.sum(), readBytes.sum(), blocks.sum(), newBlocks.sum(),
                newFrameBytes.sum(), packsPut.sum(), putBytes.sum());
    }
}
