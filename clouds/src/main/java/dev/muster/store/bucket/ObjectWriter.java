// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Creates objects and never writes one over, as far as the server helps. Where it decides between two creators, the
 * put says that nothing may be there. Where it does not, this process looks first, and lets no other put of its own to
 * that key come between.
 *
 * <p>Either way a key that is taken is read back: the same bytes are a success, whoever put them, so that a put whose
 * outcome is unknown can be repeated. Safe for use by any thread.
 */
final class ObjectWriter {

    private static final int STRIPES = 64;

    private final Bucket bucket;
    private final boolean conditional;
    private final List<ReentrantLock> stripes = Stream.generate(ReentrantLock::new).limit(STRIPES).toList();

    /** @param conditional whether the server honours conditional puts */
    ObjectWriter(Bucket bucket, boolean conditional) {
        this.bucket = bucket;
        this.conditional = conditional;
    }

    BlobInfo put(Key key, Content content) throws InterruptedException {
        var md5 = Md5.of(key.value(), content);
        try {
            return conditional ? create(key, content, md5) : createUnwatched(key, content, md5);
        } catch (Bucket.Occupied e) {
            // Whoever was there has gone meanwhile, or is just coming: another attempt will tell.
            throw StoreException.Transient.busy(subject(key), e);
        }
    }

    private BlobInfo create(Key key, Content content, Md5 md5) throws Bucket.Occupied, InterruptedException {
        try {
            return send(key, content, md5, true);
        } catch (Bucket.Occupied e) {
            var same = same(key, content);
            if (same.isPresent()) {
                return same.get();
            }
            throw e;
        }
    }

    private BlobInfo createUnwatched(Key key, Content content, Md5 md5)
            throws Bucket.Occupied, InterruptedException {
        var stripe = stripes.get(Math.floorMod(key.hashCode(), STRIPES));
        stripe.lockInterruptibly();
        try {
            var same = same(key, content);
            return same.isPresent() ? same.get() : send(key, content, md5, false);
        } finally {
            stripe.unlock();
        }
    }

    private BlobInfo send(Key key, Content content, Md5 md5, boolean createOnly)
            throws Bucket.Occupied, InterruptedException {
        return info(key, bucket.put(key.value(), content, md5, createOnly));
    }

    /** What is there if it has the very same bytes; empty if nothing is. */
    private Optional<BlobInfo> same(Key key, Content content) throws InterruptedException {
        if (!(bucket.get(key.value(), Range.whole()) instanceof Bucket.Answer.Arriving arriving)) {
            return Optional.empty();
        }
        try (var there = arriving) {
            if (there.head().length() != content.length()) {
                throw StoreException.AlreadyExists.of(key, bucket.place().text());
            }
            compare(key, content, there);
            return Optional.of(info(key, there.head()));
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw Interruption.of(e);
            }
            throw Trouble.unreachable(e, subject(key));
        }
    }

    private void compare(Key key, Content content, Bucket.Answer.Arriving there) throws IOException {
        content.transferTo((buffer, length) -> {
            var bytes = there.bytes().readNBytes(length);
            if (!Arrays.equals(bytes, 0, bytes.length, buffer, 0, length)) {
                throw StoreException.AlreadyExists.of(key, bucket.place().text());
            }
        }, subject(key));
    }

    private String subject(Key key) {
        return bucket.place().subject(key.value());
    }

    /** What a store says of an object. */
    static BlobInfo info(Key key, Bucket.Head head) {
        return new BlobInfo(key, head.length(), head.storeTime(), head.version());
    }
}
