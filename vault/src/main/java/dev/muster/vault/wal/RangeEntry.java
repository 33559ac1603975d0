// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.BlobInfo;
import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.Optional;

/**
 * A range as a listing shows it: a claim, until its head was read.
 *
 * @param incarnation whose bytes
 * @param span which bytes
 * @param digest of the object
 * @param length of the object in bytes
 * @param storeTime when the store received it
 */
record RangeEntry(Uid incarnation, WalSpan span, Digest digest, long length, Instant storeTime) {

    /** Empty if the key is none of a range, or claims what no range can hold. */
    static Optional<RangeEntry> of(BlobInfo blob) {
        return ObjectKeys.parse(blob.key().value())
                .filter(ObjectKey.Wal.class::isInstance)
                .map(ObjectKey.Wal.class::cast)
                .filter(wal -> Long.compareUnsigned(wal.start(), wal.end()) < 0)
                .map(wal -> new RangeEntry(wal.incarnation(), new WalSpan(wal.start(), wal.end()), wal.digest(),
                        blob.length(), blob.storeTime()))
                .filter(entry -> entry.span.length() <= RangeHead.RANGE_BYTES_MAX);
    }

    Key key() {
        return Key.of(ObjectKeys.wal(incarnation, span.start(), span.end(), digest).value());
    }

    /** The beginning of the keys of all ranges of an incarnation. */
    static String prefix(Uid incarnation) {
        return Kind.WAL.prefix() + "/" + incarnation.hex() + "/";
    }

    @Override
    public String toString() {
        return key().value();
    }
}
