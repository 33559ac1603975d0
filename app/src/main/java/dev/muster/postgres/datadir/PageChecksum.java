// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of a page: FNV-1a over 32 columns of the page, with a shift mixed in, then over the columns and the block
 * number. Source of the algorithm and its constants: PostgreSQL's storage/checksum_impl.h.
 *
 * <p>Holds the page being computed: not safe for use by several threads.
 */
public final class PageChecksum {

    /** Where a page holds its checksum: two bytes, which count as zeros. */
    static final int OFFSET = 8;

    private static final int COLUMNS = 32;
    private static final int FNV_PRIME = 16777619;
    private static final int SHIFT = 17;
    private static final int CHECKSUM_WORD = OFFSET / Integer.BYTES;
    private static final int MODULUS = 65535;

    private static final int[] START = {0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3,
            0x217E7CD2, 0x83E13D2C, 0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A,
            0x0B1C9CDB, 0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
            0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756};

    private final int[] words;
    private final int[] sums = new int[COLUMNS];

    /** @param blockBytes the size of a page: a multiple of 128 */
    public PageChecksum(int blockBytes) {
        if (blockBytes <= 0 || blockBytes % (COLUMNS * Integer.BYTES) != 0) {
            throw new IllegalArgumentException("not the size of a page: " + blockBytes);
        }
        words = new int[blockBytes / Integer.BYTES];
    }

    /**
     * The checksum that the page at {@code offset} should have.
     *
     * @param block the number of the page in its fork, counted over all segments, unsigned
     * @return 1 to 65535
     */
    public int of(byte[] bytes, int offset, int block) {
        ByteBuffer.wrap(bytes, offset, words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer()
                .get(words);
        words[CHECKSUM_WORD] &= 0xFFFF_0000;
        System.arraycopy(START, 0, sums, 0, COLUMNS);
        for (var row = 0; row < words.length; row += COLUMNS) {
            mixRow(row);
        }
        mixZeros();
        mixZeros();
        var result = block;
        for (var sum : sums) {
            result ^= sum;
        }
        return Integer.remainderUnsigned(result, MODULUS) + 1;
    }

    private void mixRow(int row) {
        for (var column = 0; column < COLUMNS; column++) {
            var mixed = sums[column] ^ words[row + column];
            sums[column] = mixed * FNV_PRIME ^ mixed >>> SHIFT;
        }
    }

    private void mixZeros() {
        for (var column = 0; column < COLUMNS; column++) {
            sums[column] = sums[column] * FNV_PRIME ^ sums[column] >>> SHIFT;
        }
    }
}
