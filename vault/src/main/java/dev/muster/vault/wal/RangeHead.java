// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a range of WAL says of itself (docs/format.md, section 7, kind 12).
 *
 * @param place which bytes it holds
 * @param previous objects that held the byte before its start, as far as the writer knew
 * @param replaces objects that are of no use once this one is there
 * @param rollHeads heads of the roll that the writer had seen
 * @param times when the bytes came to be
 * @param frames in order, covering the span without a gap
 */
record RangeHead(Place place, List<Digest> previous, List<Digest> replaces, List<Digest> rollHeads, Times times,
        List<RangeFrame> frames) {

    static final int RANGE_BYTES_MAX = 16 << 20;
    private static final int LIST_MAX = 65_536;

    /** Which bytes of which history. */
    record Place(Uid incarnation, long timeline, long systemIdentifier, int segmentBytes, WalSpan span) {

        Place {
            if (span.length() > RANGE_BYTES_MAX
                    || WalSpan.floor(span.start(), segmentBytes) != WalSpan.floor(span.end() - 1, segmentBytes)) {
                throw new IllegalArgumentException(span + " is not within one segment, or longer than 16 MiB");
            }
        }

        static Place of(Lineage lineage, WalSpan span) {
            return new Place(lineage.incarnation(), lineage.origin().timeline(), lineage.origin().systemIdentifier(),
                    lineage.segmentBytes(), span);
        }
    }

    /**
     * Two clocks.
     *
     * @param primary the primary's when its log ended at the last byte; empty if unknown
     * @param received the receiver's when it had the last byte
     */
    record Times(Optional<Instant> primary, Instant received) {}

    RangeHead {
        previous = List.copyOf(previous);
        replaces = List.copyOf(replaces);
        rollHeads = List.copyOf(rollHeads);
        frames = List.copyOf(frames);
    }

    /** Sealed bytes of all frames. */
    int framesLength() {
        return frames.isEmpty() ? 0 : frames.getLast().offset() + frames.getLast().frameLength();
    }

    byte[] encode() {
        return new Encoder(256 + frames.size() * 40).uid(place.incarnation)
                .u32(place.timeline)
                .u64(place.systemIdentifier)
                .u32(place.segmentBytes)
                .u64(place.span.start())
                .u64(place.span.end())
                .list(previous, Encoder::digest)
                .list(replaces, Encoder::digest)
                .list(rollHeads, Encoder::digest)
                .time(times.primary.orElse(Instant.EPOCH))
                .time(times.received)
                .list(frames,
                        (out, frame) -> out.varint(frame.plainLength()).digest(frame.id()).varint(frame.frameLength()))
                .toByteArray();
    }

    static RangeHead decode(String subject, byte[] body) {
        var in = new Decoder(subject, body);
        try {
            var incarnation = in.uid();
            var timeline = in.u32();
            var system = in.u64();
            var segmentBytes = Math.toIntExact(in.u32());
            var place = new Place(incarnation, timeline, system, segmentBytes, new WalSpan(in.u64(), in.u64()));
            var previous = in.list(LIST_MAX, Decoder::digest);
            var replaces = in.list(LIST_MAX, Decoder::digest);
            var rollHeads = in.list(LIST_MAX, Decoder::digest);
            var primary = Optional.of(in.time()).filter(time -> !time.equals(Instant.EPOCH));
            var times = new Times(primary, in.time());
            var head = new RangeHead(place, previous, replaces, rollHeads, times, frames(in, place.span));
            in.end();
            return head;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw in.damage(String.valueOf(e.getMessage()));
        }
    }

    private static List<RangeFrame> frames(Decoder in, WalSpan span) {
        var count = in.varint(LIST_MAX);
        var frames = new ArrayList<RangeFrame>();
        var lsn = span.start();
        var offset = 0;
        for (var at = 0; at < count; at++) {
            var plainLength = in.varint(RangeFrame.BYTES_MAX);
            var frame = new RangeFrame(lsn, plainLength, in.digest(), in.varint(2 * RangeFrame.BYTES_MAX), offset);
            if (plainLength == 0
                    || Long.compareUnsigned(frame.span().end(), RangeFrame.cutAfter(lsn)) > 0
                    || !span.contains(frame.span())) {
                throw in.damage("a frame of " + plainLength + " bytes at " + WalSpan.lsn(lsn) + " of " + span);
            }
            frames.add(frame);
            lsn += plainLength;
            offset = Math.addExact(offset, frame.frameLength());
        }
        if (lsn != span.end()) {
            throw in.damage("the frames end at " + WalSpan.lsn(lsn) + " of " + span);
        }
        return frames;
    }
}
