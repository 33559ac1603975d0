// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import java.util.List;

/** What happened to what must be present. */
public sealed interface RollEvent {

    /** A snapshot was committed. */
    record Committed(Digest snapshot) implements RollEvent {}

    /** A snapshot was removed: it does not count any more and gc may take it. */
    record Removed(Digest snapshot) implements RollEvent {}

    /** A history of WAL was begun. */
    record LineageBegun(Uid incarnation) implements RollEvent {}

    /** Some WAL of a history may be gone. */
    record WalReleased(Release release) implements RollEvent {}

    /** A snapshot must not be removed until the hold is ended. */
    record Held(Hold hold) implements RollEvent {}

    /**
     * A hold was ended.
     *
     * @param reason in words
     */
    record HoldEnded(Uid hold, String reason) implements RollEvent {}

    /**
     * All that must be present, so that the entries before this one may go.
     *
     * @param snapshots all that count
     * @param released WAL of all histories that may be gone
     * @param holds that were not ended
     */
    record Checkpoint(List<Digest> snapshots, List<Release> released, List<Hold> holds) implements RollEvent {

        public Checkpoint {
            snapshots = List.copyOf(snapshots);
            released = List.copyOf(released);
            holds = List.copyOf(holds);
        }
    }

    /**
     * A stretch of the WAL of a history that need not be present, but for what a snapshot needs of it.
     *
     * @param start LSN of its first byte; unsigned
     * @param end LSN behind its last byte; unsigned, above the start
     */
    record Release(Uid incarnation, long start, long end) {

        public Release {
            if (!isStretch(start, end)) {
                throw new IllegalArgumentException("a release that ends before it begins");
            }
        }

        static Release read(Decoder in) {
            Uid incarnation = in.uid();
            long start = in.u64();
            long end = in.u64();
            if (!isStretch(start, end)) {
                throw in.damage("a release of WAL that ends before it begins");
            }
            return new Release(incarnation, start, end);
        }

        void write(Encoder out) {
            out.uid(incarnation).u64(start).u64(end);
        }

        private static boolean isStretch(long start, long end) {
            return Long.compareUnsigned(start, end) < 0;
        }
    }

    /**
     * What keeps a snapshot from being removed.
     *
     * @param uid random, by which it is ended
     * @param snapshot that is held
     * @param reason in words
     */
    record Hold(Uid uid, Digest snapshot, String reason) {

        static Hold read(Decoder in) {
            return new Hold(in.uid(), in.digest(), in.text(RollEntry.TEXT_BYTES_MAX));
        }

        void write(Encoder out) {
            out.uid(uid).digest(snapshot).text(reason);
        }
    }

    /** Whether a role may say it. */
    default boolean isOf(Role role) {
        return role == Role.OWNER || switch (this) {
            case Committed _,LineageBegun _ -> role == Role.CAPTURE;
            case Removed _,WalReleased _,Checkpoint _,Held _ -> role == Role.REAP;
            case HoldEnded _ -> false;
        };
    }

    default void write(Encoder out) {
        switch (this) {
            case Committed(Digest snapshot) -> out.u8(1).digest(snapshot);
            case Removed(Digest snapshot) -> out.u8(2).digest(snapshot);
            case LineageBegun(Uid incarnation) -> out.u8(3).uid(incarnation);
            case WalReleased(Release release) -> release.write(out.u8(4));
            case Checkpoint(List<Digest> snapshots, List<Release> released, List<Hold> holds) -> out.u8(5)
                    .list(snapshots, Encoder::digest)
                    .list(released, (encoder, release) -> release.write(encoder))
                    .list(holds, (encoder, hold) -> hold.write(encoder));
            case Held(Hold hold) -> hold.write(out.u8(6));
            case HoldEnded(Uid hold, String reason) -> out.u8(7).uid(hold).text(reason);
        }
    }

    /** Reads what {@link #write} wrote. */
    static RollEvent read(Decoder in) {
        int type = in.u8();
        return switch (type) {
            case 1 -> new Committed(in.digest());
            case 2 -> new Removed(in.digest());
            case 3 -> new LineageBegun(in.uid());
            case 4 -> new WalReleased(Release.read(in));
            case 5 -> new Checkpoint(in.list(RollEntry.LIST_ITEMS_MAX, Decoder::digest),
                    in.list(RollEntry.LIST_ITEMS_MAX, Release::read), in.list(RollEntry.LIST_ITEMS_MAX, Hold::read));
            case 6 -> new Held(Hold.read(in));
            case 7 -> new HoldEnded(in.uid(), in.text(RollEntry.TEXT_BYTES_MAX));
            default -> throw in.damage("an event of type " + type);
        };
    }
}
