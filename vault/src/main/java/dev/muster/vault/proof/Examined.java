// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What was looked at, of packs and ranges of WAL.
 *
 * @param looked at
 * @param there of all that there was
 * @param listed what was stamped before this, by the store's clock, was listed
 * @param stretches what was looked at and is covered; in order, apart from each other
 */
public record Examined(Amount looked, Amount there, Instant listed, List<Stretch> stretches) {

    /**
     * So much.
     *
     * @param objects how many
     * @param bytes of them
     */
    public record Amount(long objects, long bytes) {

        public static final Amount NONE = new Amount(0, 0);

        static Amount read(Decoder in) {
            return new Amount(in.varint(), in.varint());
        }

        void write(Encoder out) {
            out.varint(objects).varint(bytes);
        }

        /** One object more. */
        public Amount and(long objectBytes) {
            return new Amount(objects + 1, bytes + objectBytes);
        }
    }

    public Examined {
        listed = listed.truncatedTo(ChronoUnit.MICROS);
        stretches = List.copyOf(stretches);
        if (stretches.size() > Stretch.STRETCHES_MAX || !Stretch.areInOrder(stretches)) {
            throw new IllegalArgumentException("stretches are not in order, or too many");
        }
    }

    static Examined read(Decoder in) {
        Amount looked = Amount.read(in);
        Amount there = Amount.read(in);
        Instant listed = in.time();
        List<Stretch> stretches = in.list(Stretch.STRETCHES_MAX, Stretch::read);
        if (!Stretch.areInOrder(stretches)) {
            throw in.damage("stretches are not in order");
        }
        return new Examined(looked, there, listed, stretches);
    }

    void write(Encoder out) {
        looked.write(out);
        there.write(out);
        out.time(listed).list(stretches, (each, stretch) -> stretch.write(each));
    }
}
