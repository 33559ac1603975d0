// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares bytes with what is stored of them, by the ids of the frames that lie wholly among them. The bytes of a frame
 * cannot be compared otherwise by those who seal: they cannot open. Not thread-safe.
 */
final class CompareRanges {

    private final WalAccess access;
    private final RangeObjects objects;
    private final byte[] plain = new byte[RangeFrame.BYTES_MAX];

    CompareRanges(WalAccess access, RangeObjects objects) {
        this.access = access;
        this.objects = objects;
    }

    /**
     * @param span what the source has
     * @return the frames that were compared
     * @throws WalFault.Diverges if a frame of the range within it has another id
     * @throws dev.muster.store.StoreException.NotFound if one has, and the range was collected, so that its epoch is unknown
     */
    List<WalSpan> compare(RangeEntry entry, RangeHead head, WalSpan span, WalSource source)
            throws InterruptedException {
        var compared = new ArrayList<WalSpan>();
        for (var frame : head.frames()) {
            if (span.contains(frame.span())) {
                source.read(frame.lsn(), plain, 0, frame.plainLength());
                if (!isSame(entry, frame)) {
                    throw new WalFault.Diverges(entry.incarnation(), frame.span(), entry.toString());
                }
                compared.add(frame.span());
            }
        }
        return compared;
    }

    private boolean isSame(RangeEntry entry, RangeFrame frame) throws InterruptedException {
        var now = access.chain().names().wal(frame.lsn(), plain, 0, frame.plainLength());
        return now.equals(frame.id()) || named(entry, frame).equals(frame.id());
    }

    /** The id as it was made in the epoch of the frame, which only the frame itself says. */
    private Digest named(RangeEntry entry, RangeFrame frame) throws InterruptedException {
        var epoch = objects.whole(entry).epoch(frame);
        return access.chain().names(epoch).wal(frame.lsn(), plain, 0, frame.plainLength());
    }
}
