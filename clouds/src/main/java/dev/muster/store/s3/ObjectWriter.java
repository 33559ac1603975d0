// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.BlobInfo;
import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
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
        var md5 = digest(key.value(), content);
        try {
            return conditional ? create(key, content, md5) : createUnwatched(key, content, md5);
        } catch (Bucket.Occupied e) {
            // Whoever was there has gone meanwhile, or is just coming: another attempt will tell.
            throw StoreException.Transient.busy(bucket.subject(key.value()), e);
        }
    }

    private BlobInfo create(Key key, Content content, String md5) throws Bucket.Occupied, InterruptedException {
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

    private BlobInfo createUnwatched(Key key, Content content, String md5)
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

    private BlobInfo send(Key key, Content content, String md5, boolean createOnly)
            throws Bucket.Occupied, InterruptedException {
        var answer = bucket.put(key.value(), content, md5, createOnly);
        return new BlobInfo(key, content.length(), Bucket.time(answer, bucket.subject(key.value())),
                version(answer.versionId()));
    }

    /** What is there if it has the very same bytes; empty if nothing is. */
    private Optional<BlobInfo> same(Key key, Content content) throws InterruptedException {
        var found = bucket.get(key, Range.whole());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (var there = found.get()) {
            var head = there.head();
            if (head.contentLength() != content.length()) {
                throw StoreException.AlreadyExists.of(key, bucket.settings().place());
            }
            compare(key, content, there);
            return Optional.of(new BlobInfo(key, head.contentLength(), head.lastModified(),
                    version(head.versionId())));
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw Interruption.of(e);
            }
            throw Failures.unreachable(e, bucket.subject(key.value()));
        }
    }

    private void compare(Key key, Content content, Bucket.Arriving there) throws IOException {
        content.transferTo((buffer, length) -> {
            var bytes = there.bytes().readNBytes(length);
            if (!Arrays.equals(bytes, 0, bytes.length, buffer, 0, length)) {
                throw StoreException.AlreadyExists.of(key, bucket.settings().place());
            }
        }, bucket.subject(key.value()));
    }

    /**
     * The MD5 of a content in Base64, by which the server knows whether it received what was sent (RFC 1864). Guards
     * against accidents only: that bytes are whose they should be is the repository's to prove.
     *
     * @throws StoreException.Corrupt if the content is not what it announces
     */
    static String digest(String name, Content content) throws InterruptedException {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            content.transferTo((buffer, length) -> md5.update(buffer, 0, length), name);
            return Base64.getEncoder().encodeToString(md5.digest());
        } catch (IOException e) {
            throw Interruption.of(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no MD5", e);
        }
    }

    /** A version that can be named; a bucket without versions has none, or one that is called null. */
    static Optional<String> version(String versionId) {
        return Optional.ofNullable(versionId).filter(id -> !id.equals("null"));
    }
}
