// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.roll;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import java.util.List;

/** What happened to what must be present. */
public sealed interface RollEvent {

    /** A snapshot was committed. */
    record Committed(Digest snapshot) implements RollEvent {}

    /** A snapshot was removed: it does not count any more and gc may take it. */
    record Removed(Digest snapshot) implements RollEvent {}

    /** A history of WAL was begun. */
    record LineageBegun(Uid incarnation) implements RollEvent {}

    /** The WAL of a history below an LSN may be gone. */
    record WalTrimmed(Trim trim) implements RollEvent {}

    /**
     * All that must be present, so that the entries before this one may go.
     *
     * @param snapshots all that count
     * @param trims of all histories
     */
    record Checkpoint(List<Digest> snapshots, List<Trim> trims) implements RollEvent {

        public Checkpoint {
            snapshots = List.copyOf(snapshots);
            trims = List.copyOf(trims);
        }
    }

    /**
     * Where the WAL of a history begins.
     *
     * @param below LSN below which nothing must be present; unsigned
     */
    record Trim(Uid incarnation, long below) {

        static Trim read(Decoder in) {
            return new Trim(in.uid(), in.u64());
        }

        void write(Encoder out) {
            out.uid(incarnation).u64(below);
        }
    }

    /** Whether only who may delete may say it. */
    default boolean isOfReaper() {
        return switch (this) {
            case Committed _,LineageBegun _ -> false;
            case Removed _,WalTrimmed _,Checkpoint _ -> true;
        };
    }

    default void write(Encoder out) {
        switch (this) {
            case Committed(Digest snapshot) -> out.u8(1).digest(snapshot);
            case Removed(Digest snapshot) -> out.u8(2).digest(snapshot);
            case LineageBegun(Uid incarnation) -> out.u8(3).uid(incarnation);
            case WalTrimmed(Trim trim) -> trim.write(out.u8(4));
            case Checkpoint(List<Digest> snapshots, List<Trim> trims) ->
                out.u8(5).list(snapshots, Encoder::digest).list(trims, (encoder, trim) -> trim.write(encoder));
        }
    }

    /** Reads what {@link #write} wrote. */
    static RollEvent read(Decoder in) {
        int type = in.u8();
        return switch (type) {
            case 1 -> new Committed(in.digest());
            case 2 -> new Removed(in.digest());
            case 3 -> new LineageBegun(in.uid());
            case 4 -> new WalTrimmed(Trim.read(in));
            case 5 -> new Checkpoint(in.list(RollEntry.LIST_ITEMS_MAX, Decoder::digest),
                    in.list(RollEntry.LIST_ITEMS_MAX, Trim::read));
            default -> throw in.damage("an event of type " + type);
        };
    }
}
