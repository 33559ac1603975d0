// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.seal.FrameExpectation;
import dev.muster.vault.seal.FrameHeader;
import dev.muster.vault.seal.FrameOpener;
import dev.muster.vault.seal.Naming;

/**
 * A range that was read.
 *
 * @param entry what the listing said
 * @param head what it says itself, authenticated
 * @param bytes the whole object
 * @param dataAt where in them the first frame is
 * @param whole whether the object's digest is the one in its key
 */
@SuppressWarnings("ArrayRecordComponent")
record StoredRange(RangeEntry entry, RangeHead head, byte[] bytes, int dataAt, boolean whole) {

    /** The plaintext of one of its frames, checked against the head. */
    byte[] open(FrameOpener opener, RangeFrame frame) {
        var expected = new FrameExpectation(Naming.wal(frame.lsn()), frame.id(), frame.frameLength(),
                frame.plainLength());
        return opener.open(expected, subject(frame), bytes, dataAt + frame.offset());
    }

    /** The epoch in which a frame was named and sealed. */
    int epoch(RangeFrame frame) {
        var at = dataAt + frame.offset();
        return FrameHeader.read(subject(frame), bytes, at, bytes.length - at).epoch();
    }

    private String subject(RangeFrame frame) {
        return entry + " at " + WalSpan.lsn(frame.lsn());
    }
}
