// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Identity and parentage of one history of WAL (docs/format.md, section 7, kind 11).
 *
 * @param incarnation the random name under which its ranges are stored
 * @param origin which server's log it is
 * @param descent where it comes from
 * @param segmentBytes size of a segment: a power of two, 1 MiB to 1 GiB
 * @param serverVersion of the server when it began, as {@code server_version_num}: 170004
 * @param made when, by the clock of the host that made it
 * @param host which host made it
 */
public record Lineage(Uid incarnation, Origin origin, Descent descent, int segmentBytes, int serverVersion,
        Instant made, String host) {

    static final int HISTORY_BYTES_MAX = 1 << 20;
    static final int TEXT_BYTES_MAX = 4_096;
    private static final int SEGMENT_BYTES_MIN = 1 << 20;
    private static final int SEGMENT_BYTES_MAX = 1 << 30;
    private static final long TIMELINE_MAX = 0xFFFF_FFFFL;

    /**
     * Which server's log. Not unique: copies of a cluster share it.
     *
     * @param systemIdentifier given by initdb, unsigned
     * @param timeline from 1, unsigned 32 bits
     * @param history content of the timeline's history file; empty on timeline 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Origin(long systemIdentifier, long timeline, byte[] history) {

        public Origin {
            if (timeline < 1 || timeline > TIMELINE_MAX || history.length > HISTORY_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "timeline " + timeline + " with a history file of " + history.length + " bytes");
            }
        }

        @Override
        public boolean equals(Object object) {
            return object instanceof Origin other && systemIdentifier == other.systemIdentifier
                    && timeline == other.timeline && Arrays.equals(history, other.history);
        }

        @Override
        public int hashCode() {
            return Objects.hash(systemIdentifier, timeline, Arrays.hashCode(history));
        }

        @Override
        public String toString() {
            return "system " + Long.toUnsignedString(systemIdentifier) + " timeline " + timeline;
        }
    }

    /**
     * Where a lineage comes from.
     *
     * @param parent whose bytes precede it; empty if nobody's are known
     * @param fork the LSN up to which the parent's bytes are its own past; 0 without a parent
     * @param proven whether the bytes up to the fork were seen to be the same, without a gap
     * @param first LSN of its own first byte, the beginning of a segment, at or below the fork if proven
     */
    public record Descent(Optional<Uid> parent, long fork, boolean proven, long first) {

        /** Nothing is known of what came before. */
        public static Descent begin(long first) {
            return new Descent(Optional.empty(), 0, false, first);
        }
    }

    public Lineage {
        if (incarnation.equals(Uid.NONE)) {
            throw new IllegalArgumentException("an incarnation needs a name");
        }
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX
                || Integer.bitCount(segmentBytes) != 1) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
        }
        if (descent.first % segmentBytes != 0) {
            throw new IllegalArgumentException(WalSpan.lsn(descent.first) + " is not where a segment begins");
        }
    }

    /** The history file's name: {@code 00000002.history}; there is none for timeline 1. */
    public String historyFileName() {
        return String.format("%08X.history", origin.timeline);
    }

    byte[] encode() {
        return new Encoder(256 + origin.history.length).uid(incarnation)
                .u64(origin.systemIdentifier)
                .u32(origin.timeline)
                .uid(descent.parent.orElse(Uid.NONE))
                .u64(descent.fork)
                .u8(descent.proven ? 1 : 0)
                .u64(descent.first)
                .u32(segmentBytes)
                .u32(serverVersion)
                .bytes(origin.history)
                .time(made)
                .text(host)
                .toByteArray();
    }

    static Lineage decode(String subject, byte[] body) {
        var in = new Decoder(subject, body);
        try {
            var incarnation = in.uid();
            var system = in.u64();
            var timeline = in.u32();
            var parent = Optional.of(in.uid()).filter(uid -> !uid.equals(Uid.NONE));
            var fork = in.u64();
            var proven = flag(in);
            var descent = new Descent(parent, fork, proven, in.u64());
            var segmentBytes = Math.toIntExact(in.u32());
            var serverVersion = Math.toIntExact(in.u32());
            var origin = new Origin(system, timeline, in.bytes(HISTORY_BYTES_MAX));
            var lineage = new Lineage(incarnation, origin, descent, segmentBytes, serverVersion, in.time(),
                    in.text(TEXT_BYTES_MAX));
            in.end();
            return lineage;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw in.damage(String.valueOf(e.getMessage()));
        }
    }

    private static boolean flag(Decoder in) {
        var flag = in.u8();
        if (flag > 1) {
            throw in.damage("a flag is " + flag);
        }
        return flag == 1;
    }
}
