// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.seal.FrameHeader;

/**
 * What is chosen once, when a repository is made.
 *
 * @param blockBytes length of a block of a file, 4 KiB to 1 MiB
 * @param packBytes length that packs aim at, 1 MiB to 64 MiB
 */
public record NewRepository(int blockBytes, int packBytes) {

    /** 64 KiB and 32 MiB. */
    public static final NewRepository DEFAULT = new NewRepository(64 << 10, 32 << 20);

    static final int BLOCK_BYTES_MIN = 4 << 10;
    static final int PACK_BYTES_MIN = 1 << 20;
    static final int PACK_BYTES_MAX = 64 << 20;

    public NewRepository {
        if (blockBytes < BLOCK_BYTES_MIN || blockBytes > FrameHeader.PLAIN_BYTES_MAX || packBytes < PACK_BYTES_MIN
                || packBytes > PACK_BYTES_MAX) {
            throw new IllegalArgumentException("blocks of " + blockBytes + ", packs of " + packBytes + " bytes");
        }
    }
}
