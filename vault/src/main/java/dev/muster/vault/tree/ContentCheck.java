// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;

/** A check sum of a whole file as its source knows it, kept for a comparison after a restore. */
public sealed interface ContentCheck {

    /** None is known. */
    record None() implements ContentCheck {}

    /** CRC-32C, as PostgreSQL's backup manifests have it. */
    record Crc32c(int value) implements ContentCheck {}

    /** SHA-256. */
    record Sha256(Digest value) implements ContentCheck {}

    static ContentCheck none() {
        return new None();
    }

    /** Reads what {@link #write} wrote. */
    static ContentCheck read(Decoder in) {
        int code = in.u8();
        return switch (code) {
            case 0 -> new None();
            case 1 -> new Crc32c((int) in.u32());
            case 2 -> new Sha256(in.digest());
            default -> throw in.damage("a check sum of kind " + code);
        };
    }

    /** Writes it as an entry has it. */
    default void write(Encoder out) {
        switch (this) {
            case None _ -> out.u8(0);
            case Crc32c crc -> out.u8(1).u32(Integer.toUnsignedLong(crc.value));
            case Sha256 sha -> out.u8(2).digest(sha.value);
        }
    }
}
