// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Bucket;
import dev.muster.store.bucket.Md5;
import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.RangeHeader;
import dev.muster.store.bucket.SentBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Response;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The requests that a store makes to its bucket of S3. */
final class S3Bucket implements Bucket {

    /** The body of an answer, without what the SDK adds to being interrupted. */
    private static final class Plain extends FilterInputStream {

        Plain(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (AbortedException e) {
                var interrupted = new InterruptedIOException("interrupted while reading from the store");
                interrupted.initCause(e);
                throw interrupted;
            }
        }
    }

    @FunctionalInterface
    private interface Request<R> {
        R send();
    }

    private static final String ANY = "*";

    /** By the limits of S3. */
    private static final long PUT_BYTES_MAX = 5L << 30;

    /** Time stamps have whole seconds. */
    private static final Duration STORE_TIME_RESOLUTION = Duration.ofSeconds(1);

    private final S3Settings settings;
    private final S3Client client;
    private final Failures failures;

    S3Bucket(S3Settings settings, InstantSource clock) throws InterruptedException {
        this.settings = settings;
        this.failures = new Failures(settings, clock);
        this.client = Connection.open(settings);
    }

    @Override
    public Place place() {
        return settings.where();
    }

    @Override
    public long putBytesMax() {
        return PUT_BYTES_MAX;
    }

    @Override
    public Duration storeTimeResolution() {
        return STORE_TIME_RESOLUTION;
    }

    @Override
    public Head put(String name, Content content, Md5 md5, boolean createOnly) throws Occupied, InterruptedException {
        var request = stored(name, content, md5);
        if (createOnly) {
            request.ifNoneMatch(ANY);
        }
        try (var sent = new SentBytes(content)) {
            try {
                var answer = client.putObject(request.build(), RequestBody.fromContentProvider(sent::newStream,
                        content.length(), "application/octet-stream"));
                return new Head(content.length(), time(answer, subject(name)), version(answer.versionId()));
            } catch (S3Exception e) {
                if (createOnly && (e.statusCode() == 412 || e.statusCode() == 409)) {
                    throw new Occupied(e);
                }
                throw failures.of(e, subject(name));
            } catch (SdkException e) {
                sent.throwOwnFailure();
                throw failures.of(e, subject(name));
            }
        }
    }

    private PutObjectRequest.Builder stored(String name, Content content, Md5 md5) {
        var request = PutObjectRequest.builder().bucket(settings.bucket()).key(nameInBucket(name))
                .contentMD5(md5.base64()).contentLength(content.length());
        settings.storageClass().ifPresent(request::storageClass);
        switch (settings.encryption()) {
            case S3Encryption.OfBucket() -> {}
            case S3Encryption.Managed() -> request.serverSideEncryption(ServerSideEncryption.AES256);
            case S3Encryption.Kms(var keyId) -> {
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS);
                keyId.ifPresent(request::ssekmsKeyId);
            }
        }
        return request;
    }

    @Override
    public Answer get(String name, Range range) throws InterruptedException {
        return found(() -> {
            try {
                return arriving(name, range);
            } catch (S3Exception e) {
                if (e.statusCode() == 416) {
                    return new Answer.Outside();
                }
                throw e;
            }
        }, subject(name)).orElseGet(Answer.Missing::new);
    }

    private Answer arriving(String name, Range range) {
        var answer = client.getObject(request -> request.bucket(settings.bucket())
                .key(nameInBucket(name)).range(RangeHeader.of(range)));
        var head = answer.response();
        try {
            var answered = RangeHeader.parse(head.contentRange(), head.contentLength(), subject(name));
            return new Answer.Arriving(new Head(answered.objectLength(), head.lastModified(),
                    version(head.versionId())), answered.extent(), new Plain(answer));
        } catch (StoreException e) {
            answer.abort();
            throw e;
        }
    }

    @Override
    public Optional<Head> head(String name) throws InterruptedException {
        return found(() -> client.headObject(
                request -> request.bucket(settings.bucket()).key(nameInBucket(name))), subject(name))
                .map(found -> new Head(found.contentLength(), found.lastModified(), version(found.versionId())));
    }

    @Override
    public Page page(String namePrefix, Optional<String> continuation, int objectsMax) throws InterruptedException {
        var answer = asked(() -> client.listObjectsV2(request -> request.bucket(settings.bucket())
                .prefix(nameInBucket(namePrefix)).continuationToken(continuation.orElse(null))
                .maxKeys(objectsMax)), place().text());
        return new Page(answer.contents().stream()
                .map(found -> new Listed(found.key(), found.size(), found.lastModified())).toList(), next(answer));
    }

    /** A listing that cannot go on is not a complete one. */
    private Optional<String> next(ListObjectsV2Response page) {
        if (page.isTruncated() == null) {
            throw StoreException.Transient.of(place().text(), new IOException("its answer is no listing"));
        }
        if (!page.isTruncated()) {
            return Optional.empty();
        }
        return Optional.of(Optional.ofNullable(page.nextContinuationToken())
                .orElseThrow(() -> StoreException.Transient.of(place().text(),
                        new IOException("it breaks off a listing and does not say how it goes on"))));
    }

    @Override
    public void delete(String name) throws InterruptedException {
        found(() -> client.deleteObject(
                request -> request.bucket(settings.bucket()).key(nameInBucket(name))), subject(name));
    }

    @Override
    public Instant now() throws InterruptedException {
        var answer = asked(() -> client.headBucket(request -> request.bucket(settings.bucket())), place().text());
        return time(answer, place().text());
    }

    @Override
    public boolean versioned() throws InterruptedException {
        return told(() -> "Enabled".equals(
                client.getBucketVersioning(request -> request.bucket(settings.bucket())).statusAsString()));
    }

    @Override
    public boolean lockable() throws InterruptedException {
        return told(() -> {
            var lock = client.getObjectLockConfiguration(request -> request.bucket(settings.bucket()))
                    .objectLockConfiguration();
            return lock != null && "Enabled".equals(lock.objectLockEnabledAsString());
        });
    }

    private String nameInBucket(String name) {
        return place().namePrefix() + name;
    }

    private String subject(String name) {
        return place().subject(name);
    }

    /** A version that can be named; a bucket without versions has none, or one that is called null. */
    private static Optional<String> version(@Nullable String versionId) {
        return Optional.ofNullable(versionId).filter(id -> !id.equals("null"));
    }

    /** The store's time at this answer, in whole seconds: its Date header (RFC 9110, 5.6.7). */
    private static Instant time(S3Response answer, String subject) {
        var date = answer.sdkHttpResponse().firstMatchingHeader("Date").orElse("");
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        } catch (DateTimeParseException e) {
            throw StoreException.Denied.refused(subject, "it does not say what time it is", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** For what may be absent; a bucket that is absent is a failure. */
    private <R> Optional<R> found(Request<R> request, String subject) throws InterruptedException {
        Interruption.check();
        try {
            return Optional.of(request.send());
        } catch (S3Exception e) {
            if (e.statusCode() == 404 && !Failures.code(e).equals("NoSuchBucket")) {
                return Optional.empty();
            }
            throw failures.of(e, subject);
        } catch (SdkException e) {
            throw failures.of(e, subject);
        }
    }

    /** For questions that a server need not answer, to this caller or at all. */
    private boolean told(Request<Boolean> request) throws InterruptedException {
        Interruption.check();
        try {
            return request.send();
        } catch (S3Exception e) {
            if ((e.statusCode() < 500 && e.statusCode() != 429) || e.statusCode() == 501) {
                return false;
            }
            throw failures.of(e, place().text());
        } catch (SdkException e) {
            throw failures.of(e, place().text());
        }
    }

    private <R> R asked(Request<R> request, String subject) throws InterruptedException {
        Interruption.check();
        try {
            return request.send();
        } catch (SdkException e) {
            throw failures.of(e, subject);
        }
    }
}
