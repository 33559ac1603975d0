// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.postgres.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Verifies the pages of one relation file that arrives in pieces of any size. By the server's own rule, a page that was
 * never written, or was changed at or after the start of the backup, has no checksum that must be right: replay writes
 * it anew. What follows the last whole page is such a page too.
 *
 * <p>Not safe for use by several threads.
 */
public final class PageCheck {

    private static final int UPPER = 14;
    private static final int UNSIGNED_SHORT = 0xFFFF;

    private final String file;
    private final int blockBytes;
    private final Lsn backupStart;
    private final Consumer<BadPage> found;
    private final PageChecksum checksum;
    private final byte[] page;
    private int fill;
    private int block;

    /**
     * What all files of a backup share.
     *
     * @param sizes of the cluster
     * @param backupStart pages changed at or after this position are not judged
     */
    public record Rule(ControlFile.Sizes sizes, Lsn backupStart) {}

    /**
     * @param path below the data directory
     * @param file what the path says
     * @param found takes each bad page
     */
    public PageCheck(String path, RelationFile file, Rule rule, Consumer<BadPage> found) {
        this.file = path;
        this.blockBytes = rule.sizes().blockBytes();
        this.backupStart = rule.backupStart();
        this.found = found;
        this.checksum = new PageChecksum(blockBytes);
        this.page = new byte[blockBytes];
        this.block = file.segment() * rule.sizes().segmentBlocks();
    }

    /** Takes the next bytes of the file. */
    public void accept(byte[] bytes, int offset, int length) {
        var at = offset;
        var end = offset + length;
        while (at < end) {
            if (fill == 0 && end - at >= blockBytes) {
                verify(bytes, at);
                at += blockBytes;
            } else {
                var taken = Math.min(blockBytes - fill, end - at);
                System.arraycopy(bytes, at, page, fill, taken);
                at += taken;
                fill += taken;
                verifyGathered();
            }
        }
    }

    private void verifyGathered() {
        if (fill == blockBytes) {
            fill = 0;
            verify(page, 0);
        }
    }

    private void verify(byte[] bytes, int offset) {
        var header = ByteBuffer.wrap(bytes, offset, blockBytes).slice().order(ByteOrder.LITTLE_ENDIAN);
        var lsn = new Lsn(((long) header.getInt(0) << Integer.SIZE) | Integer.toUnsignedLong(header.getInt(4)));
        var isNew = header.getShort(UPPER) == 0;
        if (!isNew && lsn.isBefore(backupStart)) {
            var stored = header.getShort(PageChecksum.OFFSET) & UNSIGNED_SHORT;
            var computed = checksum.of(bytes, offset, block);
            if (stored != computed) {
                found.accept(new BadPage(file, Integer.toUnsignedLong(block), stored, computed, lsn));
            }
        }
        block++;
    }
}
