// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.util.HexFormat;
import java.util.Optional;

/** Builds the keys of objects and reads them back (docs/format.md, section 3). */
public final class ObjectKeys {

    private static final int DIGEST_DIGITS = 2 * Digest.BYTES;

    private ObjectKeys() {}

    /** The key of an object that says no more than its digest, or of a pack. */
    public static ObjectKey of(Kind kind, Digest digest) {
        return switch (kind) {
            case CHARTER, SLOT, EPOCH, GRANT, INDEX, ROLL, QUARANTINE, CHECKPOINT, PROOF, REPLICA ->
                new ObjectKey.Plain(kind, digest);
            case DATA, MAP -> new ObjectKey.Pack(kind, digest);
            case SNAPSHOT, CANDIDATE, ABANDON, CONDEMNED, LINEAGE, WAL, FORWARD, LEDGER ->
                throw new IllegalArgumentException("the key of a " + kind + " says more than its digest");
        };
    }

    /** The key of a snapshot, candidate, abandon or condemned object. */
    public static ObjectKey of(Kind kind, Uid session, Digest digest) {
        return switch (kind) {
            case SNAPSHOT, CANDIDATE, ABANDON, CONDEMNED -> new ObjectKey.OfSession(kind, session, digest);
            case CHARTER, SLOT, EPOCH, GRANT, DATA, MAP, INDEX, LINEAGE, WAL, ROLL, QUARANTINE, FORWARD, LEDGER,
                    CHECKPOINT, PROOF, REPLICA ->
                throw new IllegalArgumentException("the key of a " + kind + " has no session");
        };
    }

    /** The key of a lineage. */
    public static ObjectKey lineage(Uid incarnation, Digest digest) {
        return new ObjectKey.Lineage(incarnation, digest);
    }

    /** The key of a range of WAL. */
    public static ObjectKey wal(Uid incarnation, long start, long end, Digest digest) {
        return new ObjectKey.Wal(incarnation, start, end, digest);
    }

    /** The key of a forward out of an old pack. */
    public static ObjectKey forward(Digest oldPack, Digest digest) {
        return new ObjectKey.Forward(oldPack, digest);
    }

    /** The key of a batch of the ledger. */
    public static ObjectKey ledger(Month month, Uid session, long sequence, Digest digest) {
        return new ObjectKey.Ledger(month, session, sequence, digest);
    }

    /** What a key says; empty for one that no object of this format can have. */
    public static Optional<ObjectKey> parse(String key) {
        int slash = key.indexOf('/');
        Optional<Kind> kind = Kind.ofKey(key);
        if (kind.isEmpty() || key.length() < slash + 1 + DIGEST_DIGITS) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(key.substring(key.length() - DIGEST_DIGITS));
            ObjectKey parsed = parse(kind.get(), key.substring(slash + 1, key.length() - DIGEST_DIGITS), digest);
            return parsed.value().equals(key) ? Optional.of(parsed) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @param middle what stands between the prefix and the digest */
    private static ObjectKey parse(Kind kind, String middle, Digest digest) {
        return switch (kind) {
            case CHARTER, SLOT, EPOCH, GRANT, DATA, MAP, INDEX, ROLL, QUARANTINE, CHECKPOINT, PROOF, REPLICA ->
                of(kind, digest);
            case SNAPSHOT, CANDIDATE, ABANDON, CONDEMNED -> of(kind, Uid.parse(cut(middle, '-')), digest);
            case LINEAGE -> lineage(Uid.parse(cut(middle, '-')), digest);
            case FORWARD -> forward(Digest.parse(cut(middle, '-')), digest);
            case WAL -> {
                String[] parts = cut(middle, '-').split("[/-]", -1);
                if (parts.length != 3) {
                    throw new IllegalArgumentException("not the key of a range of WAL");
                }
                yield wal(Uid.parse(parts[0]), HexFormat.fromHexDigitsToLong(parts[1]),
                        HexFormat.fromHexDigitsToLong(parts[2]), digest);
            }
            case LEDGER -> {
                String[] parts = cut(middle, '-').split("[/-]", -1);
                if (parts.length != 3) {
                    throw new IllegalArgumentException("not the key of a batch of the ledger");
                }
                yield ledger(Month.parse(parts[0]), Uid.parse(parts[1]),
                        HexFormat.fromHexDigitsToLong(parts[2]), digest);
            }
        };
    }

    private static String cut(String middle, char end) {
        if (middle.isEmpty() || middle.charAt(middle.length() - 1) != end) {
            throw new IllegalArgumentException("a key is cut short");
        }
        return middle.substring(0, middle.length() - 1);
    }
}
