// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.util.HexFormat;

/**
 * What the key of an object says (docs/format.md, section 3). All of it but the digest is repeated in the object,
 * authenticated; a key alone decides nothing.
 */
public sealed interface ObjectKey {

    Kind kind();

    /** SHA-256 of the object's whole bytes. */
    Digest digest();

    /** The key in the store. */
    String value();

    /** {@code charter/H} and the like: nothing but the kind and the digest. */
    record Plain(Kind kind, Digest digest) implements ObjectKey {
        @Override
        public String value() {
            return kind.prefix() + "/" + digest.hex();
        }
    }

    /** {@code data/hh/H} or {@code map/hh/H}. */
    record Pack(Kind kind, Digest digest) implements ObjectKey {
        @Override
        public String value() {
            String hex = digest.hex();
            return kind.prefix() + "/" + hex.substring(0, 2) + "/" + hex;
        }
    }

    /** {@code snapshot/SESSION-H} and the like. */
    record OfSession(Kind kind, Uid session, Digest digest) implements ObjectKey {
        @Override
        public String value() {
            return kind.prefix() + "/" + session.hex() + "-" + digest.hex();
        }
    }

    /** {@code lineage/INCARNATION-H}. */
    record Lineage(Uid incarnation, Digest digest) implements ObjectKey {
        @Override
        public Kind kind() {
            return Kind.LINEAGE;
        }

        @Override
        public String value() {
            return kind().prefix() + "/" + incarnation.hex() + "-" + digest.hex();
        }
    }

    /** {@code wal/INCARNATION/START-END-H}; LSNs are unsigned, the end is exclusive. */
    record Wal(Uid incarnation, long start, long end, Digest digest) implements ObjectKey {
        @Override
        public Kind kind() {
            return Kind.WAL;
        }

        @Override
        public String value() {
            HexFormat hex = HexFormat.of();
            return kind().prefix() + "/" + incarnation.hex() + "/" + hex.toHexDigits(start) + "-"
                    + hex.toHexDigits(end) + "-" + digest.hex();
        }
    }

    /**
     * {@code ledger/MONTH/SESSION-SEQUENCE-H}.
     *
     * @param month in which the session began
     * @param sequence of the batch in its session, from 1; an unsigned u32
     */
    record Ledger(Month month, Uid session, long sequence, Digest digest) implements ObjectKey {

        public Ledger {
            if (sequence < 1 || sequence > 0xFFFF_FFFFL) {
                throw new IllegalArgumentException("a batch has no number " + sequence);
            }
        }

        @Override
        public Kind kind() {
            return Kind.LEDGER;
        }

        @Override
        public String value() {
            return kind().prefix() + "/" + month + "/" + session.hex() + "-"
                    + HexFormat.of().toHexDigits((int) sequence) + "-" + digest.hex();
        }
    }

    /** {@code forward/OLDPACK-H}. */
    record Forward(Digest oldPack, Digest digest) implements ObjectKey {
        @Override
        public Kind kind() {
            return Kind.FORWARD;
        }

        @Override
        public String value() {
            return kind().prefix() + "/" + oldPack.hex() + "-" + digest.hex();
        }
    }
}
