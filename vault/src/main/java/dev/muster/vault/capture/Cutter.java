// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.object.Digest;
import dev.muster.vault.seal.BlockNames;
import dev.muster.vault.seal.FrameHeader;
import java.nio.charset.StandardCharsets;

/** Decides where a block ends. One file's. */
sealed interface Cutter {

    /** No block is longer. */
    int blockBytesMax();

    /**
     * Looks at bytes that have come to a block.
     *
     * @param block the block so far
     * @param from of the first byte that was not looked at yet
     * @param to behind the last byte
     * @return the length of the block, or -1 if it goes on; never longer than {@link #blockBytesMax}
     */
    int cut(byte[] block, int from, int to);

    /** Cuts at fixed places, as pages of a database want it. */
    static Cutter fixed(int blockBytes) {
        return new Fixed(blockBytes);
    }

    /** Cuts where the content says so, so that what was inserted before does not move the cuts behind it. */
    static Cutter byContent(BlockNames names) {
        return new ByContent(names);
    }

    /** Every so many bytes. */
    record Fixed(int blockBytesMax) implements Cutter {

        @Override
        public int cut(byte[] block, int from, int to) {
            return to == blockBytesMax ? to : -1;
        }
    }

    /**
     * FastCDC (Xia and others, USENIX ATC 2016) with its two masks: 16 KiB to 1 MiB, 64 KiB on average. The gear table
     * comes from the naming key, so that the cuts do not tell who does not have it what the content is.
     */
    final class ByContent implements Cutter {

        static final int BLOCK_BYTES_MIN = 16 << 10;

        private static final int BLOCK_BYTES_USUAL = 64 << 10;
        // The upper bits of the hash have seen the most bytes.
        private static final long MASK_BEFORE_USUAL = -1L << (64 - 18);
        private static final long MASK_AFTER_USUAL = -1L << (64 - 14);
        private static final byte[] LABEL = "muster v1 cut gear ".getBytes(StandardCharsets.US_ASCII);

        private final long[] gear = new long[256];
        private long hash;

        ByContent(BlockNames names) {
            for (int value = 0; value < gear.length; value++) {
                byte[] label = LABEL.clone();
                label[label.length - 1] = (byte) value;
                Digest name = names.data(label, 0, label.length);
                gear[value] = name.prefix();
            }
        }

        @Override
        public int blockBytesMax() {
            return FrameHeader.PLAIN_BYTES_MAX;
        }

        @Override
        public int cut(byte[] block, int from, int to) {
            for (int at = Math.max(from, BLOCK_BYTES_MIN); at < to; at++) {
                hash = (hash << 1) + gear[block[at] & 0xFF];
                long mask = at < BLOCK_BYTES_USUAL ? MASK_BEFORE_USUAL : MASK_AFTER_USUAL;
                if ((hash & mask) == 0 || at + 1 == FrameHeader.PLAIN_BYTES_MAX) {
                    hash = 0;
                    return at + 1;
                }
            }
            return -1;
        }
    }
}
