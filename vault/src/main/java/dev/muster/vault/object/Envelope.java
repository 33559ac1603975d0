// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.util.Arrays;
import java.util.Locale;

/**
 * The first 48 bytes of every object (docs/format.md, section 4).
 *
 * @param kind what the object is
 * @param repository the repository that it belongs to
 */
public record Envelope(Kind kind, Uid repository) {

    public static final int BYTES = 48;
    public static final int VERSION = 1;
    public static final int SUITE = 1;

    private static final byte[] MAGIC = {(byte) 0x89, 'M', 'U', 'S', 'T', 'E', 'R', '\n'};

    /** Who must understand which of the three sets of feature bits. */
    public enum Use {
        READ(12), WRITE(16), COLLECT(20);

        private final int at;

        Use(int at) {
            this.at = at;
        }
    }

    public byte[] bytes() {
        return new Encoder(BYTES).raw(MAGIC)
                .u16(VERSION)
                .u8(kind.code())
                .u8(SUITE)
                .u32(0)
                .u32(0)
                .u32(0)
                .uid(repository)
                .u64(0)
                .toByteArray();
    }

    /**
     * Reads the envelope at the start of an object and checks that a reader may go on.
     *
     * @param subject the object's key, for messages
     */
    public static Envelope read(String subject, byte[] object) {
        Decoder in = new Decoder(subject, object, 0, Math.min(object.length, BYTES));
        if (!Arrays.equals(in.raw(MAGIC.length), MAGIC)) {
            throw in.damage("does not begin as an object of a repository does");
        }
        int version = in.u16();
        int kind = in.u8();
        int suite = in.u8();
        long featuresToRead = in.u32();
        in.u32();
        in.u32();
        Uid repository = in.uid();
        if (version != VERSION || suite != SUITE || featuresToRead != 0) {
            throw new VaultFault.Unsupported(
                    "format version " + version + ", suite " + suite + ", features 0x"
                            + Long.toHexString(featuresToRead) + " that it must know to read",
                    subject);
        }
        if (in.u64() != 0) {
            throw in.damage("reserved bytes of the envelope are not zero");
        }
        return new Envelope(Kind.ofCode(kind)
                .orElseThrow(
                        () -> new VaultFault.Unsupported("object kind " + kind, subject)),
                repository);
    }

    /**
     * Checks that this program may use the repository in this way, as far as this object has a say in it: the charter has
     * it for writers, each object for gc.
     *
     * @throws VaultFault.Unsupported if there is a feature that it does not know
     */
    public static void requireFor(Use use, String subject, byte[] object) {
        read(subject, object);
        long features = new Decoder(subject, object, use.at, Integer.BYTES).u32();
        if (features != 0) {
            throw new VaultFault.Unsupported(
                    "features 0x" + Long.toHexString(features) + " that it must know to "
                            + use.name().toLowerCase(Locale.ROOT),
                    subject);
        }
    }

    /** Reads the envelope and checks that it is of this kind and repository. */
    public static void require(Envelope expected, String subject, byte[] object) {
        Envelope found = read(subject, object);
        if (!found.equals(expected)) {
            throw new VaultFault.Damage("is a " + found.kind + " of repository " + found.repository + ", not a "
                    + expected.kind + " of " + expected.repository, subject);
        }
    }
}
