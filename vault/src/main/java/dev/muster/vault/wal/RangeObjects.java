// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Sha256;
import dev.muster.store.StoreException;
import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Envelope;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.seal.SealedObject;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;

/** Ranges as objects: puts, lists and reads them (docs/format.md, section 7, kind 12). Thread-safe. */
final class RangeObjects {

    private static final int HEAD_LENGTH_BYTES = 4;
    private static final int HEAD_AT = Envelope.BYTES + HEAD_LENGTH_BYTES;
    private static final int HEAD_BYTES_MAX = 16 << 20;

    /** One request gets the head of all but the most fragmented ranges. */
    private static final int FIRST_READ_BYTES = 16 * 1024;

    private final WalAccess access;
    private final WalRequests.Tally tally;

    RangeObjects(WalAccess access, WalRequests.Tally tally) {
        this.access = access;
        this.tally = tally;
    }

    /** Takes what a listing finds. */
    @FunctionalInterface
    interface Each {
        void accept(RangeEntry entry) throws InterruptedException;
    }

    /** Lists the ranges of an incarnation in the order of their starts, then of their ends. */
    void list(Uid incarnation, Each each) throws InterruptedException {
        list(RangeEntry.prefix(incarnation), each);
    }

    /** Lists the ranges that overlap this span, in the same order. */
    void list(Uid incarnation, WalSpan span, Each each) throws InterruptedException {
        // A range that reaches into the span begins less than one range before it.
        var reach = WalSpan.earlier(span.start(), RangeHead.RANGE_BYTES_MAX - 1);
        var digits = new WalSpan(span.start() - reach, span.end()).commonDigits();
        list(RangeEntry.prefix(incarnation) + digits, entry -> {
            if (entry.span().overlaps(span)) {
                each.accept(entry);
            }
        });
    }

    private void list(String prefix, Each each) throws InterruptedException {
        tally.list();
        access.store().list(Prefix.of(prefix), blob -> {
            tally.listed();
            var entry = RangeEntry.of(blob);
            if (entry.isPresent()) {
                each.accept(entry.get());
            }
        });
    }

    /** Puts a range whose sealed frames are the first {@code length} bytes of this array. */
    RangeEntry put(RangeHead head, byte[] frames, int length) throws InterruptedException {
        var envelope = envelope();
        var sealedHead = SealedObject.frames(access.chain(), access.signer(), envelope, head.encode(), access.random());
        var front = new Encoder(HEAD_AT + sealedHead.length).raw(envelope.bytes())
                .u32(sealedHead.length)
                .raw(sealedHead)
                .toByteArray();
        var sha256 = Sha256.newDigest();
        sha256.update(front);
        sha256.update(frames, 0, length);
        var digest = sha256.digest();
        var span = head.place().span();
        var key =
                Key.of(ObjectKeys.wal(head.place().incarnation(), span.start(), span.end(), Digest.of(digest)).value());
        var content = Content.of((long) front.length + length,
                () -> new SequenceInputStream(new ByteArrayInputStream(front),
                        new ByteArrayInputStream(frames, 0, length)));
        var blob = access.store().put(key, content.expecting(Sha256.fromBytes(digest)));
        tally.put(blob.length());
        return RangeEntry.of(blob).orElseThrow(() -> new IllegalStateException("not the key of a range: " + key));
    }

    /**
     * Reads the head alone.
     *
     * @throws VaultFault if it is damaged, not trusted, or not what its key says
     */
    RangeHead head(RangeEntry entry) throws InterruptedException {
        return signed(entry, front(entry)).head;
    }

    /**
     * What a head says, and who said it.
     *
     * @param signer role of the slot that signed it
     */
    record Signed(RangeHead head, Role signer) {}

    /**
     * The same for gc.
     *
     * @throws VaultFault as above, and if gc would have to know more of the object
     */
    Signed collected(RangeEntry entry) throws InterruptedException {
        byte[] front = front(entry);
        Envelope.requireFor(Envelope.Use.COLLECT, entry.toString(), front);
        return signed(entry, front);
    }

    /** The object up to the end of its head. */
    private byte[] front(RangeEntry entry) throws InterruptedException {
        if (entry.length() < HEAD_AT) {
            throw new VaultFault.Damage("cut short: " + entry.length() + " bytes", entry.toString());
        }
        var first = read(entry, Range.of(0, Math.min(entry.length(), FIRST_READ_BYTES)));
        var needed = HEAD_AT + headLength(entry, first);
        if (needed <= first.length) {
            return Arrays.copyOf(first, needed);
        }
        if (needed > entry.length()) {
            throw new VaultFault.Damage("the head is longer than the object", entry.toString());
        }
        return read(entry, Range.of(0, needed));
    }

    /** The head alone; empty if it cannot be read or does not count, which is as good as no range. */
    Optional<RangeHead> readableHead(RangeEntry entry) throws InterruptedException {
        try {
            return Optional.of(head(entry));
        } catch (VaultFault.Damage | VaultFault.Untrusted | StoreException.NotFound | StoreException.OutOfRange _) {
            // 'muster repo check' reports it. One bad object must not lock everybody out.
            return Optional.empty();
        }
    }

    /** A whole range, its head checked, its frames not opened. */
    StoredRange whole(RangeEntry entry) throws InterruptedException {
        var bytes = read(entry, Range.whole());
        var dataAt = HEAD_AT + headLength(entry, bytes);
        if (dataAt > bytes.length) {
            throw new VaultFault.Damage("the head is longer than the object", entry.toString());
        }
        var head = signed(entry, Arrays.copyOf(bytes, dataAt)).head;
        return new StoredRange(entry, head, bytes, dataAt, Digest.sha256(bytes).equals(entry.digest()));
    }

    private Signed signed(RangeEntry entry, byte[] front) {
        var subject = entry.toString();
        var opened = SealedObject.readFrames(access.chain(), access.authority(), Kind.WAL, subject, entry.storeTime(),
                front, HEAD_AT);
        var head = RangeHead.decode(subject, opened.body());
        if (opened.role() == Role.REAP && head.replaces().isEmpty()) {
            throw new VaultFault.Untrusted("a reap folds ranges that are there, and puts no others", subject);
        }
        if (!head.place().incarnation().equals(entry.incarnation()) || !head.place().span().equals(entry.span())) {
            throw new VaultFault.Damage("its key says another place than it does itself", subject);
        }
        if (front.length + (long) head.framesLength() != entry.length()) {
            throw new VaultFault.Damage("is not as long as its frames", subject);
        }
        return new Signed(head, opened.role());
    }

    private byte[] read(RangeEntry entry, Range range) throws InterruptedException {
        var bytes = access.store().read(entry.key(), range);
        tally.got(bytes.length);
        return bytes;
    }

    private static int headLength(RangeEntry entry, byte[] bytes) {
        var in = new Decoder(entry.toString(), bytes);
        in.raw(Envelope.BYTES);
        var length = in.u32();
        if (length > HEAD_BYTES_MAX) {
            throw in.damage("a head of " + length + " bytes");
        }
        return (int) length;
    }

    private Envelope envelope() {
        return new Envelope(Kind.WAL, access.chain().repository());
    }
}
