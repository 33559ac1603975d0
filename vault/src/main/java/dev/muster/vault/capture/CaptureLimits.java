// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

/**
 * What bounds the memory of a capture. With {@code B} the block bytes and {@code P} the pack bytes of the repository it
 * holds at most {@code blocksInFlight} blocks twice (as read and compressed), {@code packs} packs of {@code P}, the 131,072
 * references that wait for their packs (20 MiB), packs of maps (16 MiB), the entries in memory (8 MiB) and the blocks that
 * no index object lists yet (20 MiB). With two workers and the default sizes that is 200 MiB.
 *
 * @param workers name and compress blocks at once
 * @param blocksInFlight blocks of {@code B} that were read and are not in a pack; a longer block counts as several
 * @param lanes open packs of data
 * @param packs packs of data that are open or being put
 * @param uploads packs of data that are put at once
 */
public record CaptureLimits(int workers, int blocksInFlight, int lanes, int packs, int uploads) {

    /** Parts of files that wait for the packs of their blocks; when they are used up the open packs are closed. */
    static final int WAITING_PARTS_MAX = 131_072;
    /** Files that are written at the same time, each of which holds back up to a leaf of parts. */
    public static final int OPEN_FILES_MAX = 256;

    private static final int BLOCKS_A_WORKER = 16;
    private static final int LANES_MAX = 4;
    private static final int UPLOADS = 2;

    /** For as many workers. */
    public static CaptureLimits of(int workers) {
        int lanes = Math.clamp(workers, 1, LANES_MAX);
        // A block of one mebibyte must find room when the usual ones are of 64 KiB.
        int blocks = Math.max(32, BLOCKS_A_WORKER * workers);
        return new CaptureLimits(Math.max(1, workers), blocks, lanes, lanes + UPLOADS, UPLOADS);
    }
}
