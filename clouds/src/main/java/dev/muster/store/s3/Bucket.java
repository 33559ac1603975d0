// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
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
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Response;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The requests that a store makes to its bucket, each made once. Names are those of objects below the store's prefix;
 * failures are a store's.
 */
final class Bucket implements AutoCloseable {

    /** Something is there, or was a moment ago. */
    static final class Occupied extends Exception {

        private static final long serialVersionUID = 1;

        Occupied(S3Exception answer) {
            super(answer);
        }
    }

    /** An object that is being read: what is known of it, and its bytes. */
    record Arriving(GetObjectResponse head, InputStream bytes) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

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

    private final S3Settings settings;
    private final S3Client client;
    private final Failures failures;

    Bucket(S3Settings settings, InstantSource clock) throws InterruptedException {
        this.settings = settings;
        this.failures = new Failures(settings, clock);
        this.client = Connection.open(settings);
    }

    S3Settings settings() {
        return settings;
    }

    String subject(String name) {
        return name + " in " + settings.place();
    }

    /**
     * Puts an object.
     *
     * @param createOnly whether the server is to refuse if something is there
     * @param md5 of the bytes, in Base64, which the server compares
     * @return the store's time, and the version
     */
    PutObjectResponse put(String name, Content content, String md5, boolean createOnly)
            throws Occupied, InterruptedException {
        var request = stored(name, content, md5);
        if (createOnly) {
            request.ifNoneMatch(ANY);
        }
        try (var sent = new SentBytes(content)) {
            try {
                return client.putObject(request.build(),
                        RequestBody.fromContentProvider(sent, content.length(), "application/octet-stream"));
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

    private PutObjectRequest.Builder stored(String name, Content content, String md5) {
        var request = PutObjectRequest.builder().bucket(settings.bucket()).key(settings.keyPrefix() + name)
                .contentMD5(md5).contentLength(content.length());
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

    /**
     * Begins to read an object; empty if there is none.
     *
     * @param range the answer tells what of it has come
     * @throws StoreException.OutOfRange if the server finds that nothing of the range exists
     */
    Optional<Arriving> get(Key key, Range range) throws InterruptedException {
        return found(() -> {
            try {
                return arriving(key.value(), range);
            } catch (S3Exception e) {
                if (e.statusCode() == 416) {
                    throw StoreException.OutOfRange.of(key, settings.place(), range);
                }
                throw e;
            }
        }, subject(key.value()));
    }

    /** Begins to read something whose name need not be a key. */
    Optional<Arriving> get(String name) throws InterruptedException {
        return found(() -> arriving(name, Range.whole()), subject(name));
    }

    private Arriving arriving(String name, Range range) {
        var answer = client.getObject(request -> request.bucket(settings.bucket())
                .key(settings.keyPrefix() + name).range(RangeHeader.of(range)));
        return new Arriving(answer.response(), new Plain(answer));
    }

    Optional<HeadObjectResponse> head(String name) throws InterruptedException {
        return found(() -> client.headObject(
                request -> request.bucket(settings.bucket()).key(settings.keyPrefix() + name)), subject(name));
    }

    /** A page of a listing, in the order of names, of at most so many objects. */
    ListObjectsV2Response page(String namePrefix, @Nullable String continuation, int objectsMax)
            throws InterruptedException {
        return asked(() -> client.listObjectsV2(request -> request.bucket(settings.bucket())
                .prefix(settings.keyPrefix() + namePrefix).continuationToken(continuation).maxKeys(objectsMax)),
                settings.place());
    }

    void delete(String name) throws InterruptedException {
        found(() -> client.deleteObject(
                request -> request.bucket(settings.bucket()).key(settings.keyPrefix() + name)), subject(name));
    }

    /** The store's time, by the answer to a request that costs little. */
    Instant now() throws InterruptedException {
        var answer = asked(() -> client.headBucket(request -> request.bucket(settings.bucket())), settings.place());
        return time(answer, settings.place());
    }

    /** Whether the bucket keeps older versions; false also if it does not say. */
    boolean versioned() throws InterruptedException {
        return told(() -> "Enabled".equals(
                client.getBucketVersioning(request -> request.bucket(settings.bucket())).statusAsString()));
    }

    /** Whether objects of the bucket can be locked; false also if it does not say. */
    boolean lockable() throws InterruptedException {
        return told(() -> {
            var lock = client.getObjectLockConfiguration(request -> request.bucket(settings.bucket()))
                    .objectLockConfiguration();
            return lock != null && "Enabled".equals(lock.objectLockEnabledAsString());
        });
    }

    /** The store's time at this answer, in whole seconds: its Date header (RFC 9110, 5.6.7). */
    static Instant time(S3Response answer, String subject) {
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
            throw failures.of(e, settings.place());
        } catch (SdkException e) {
            throw failures.of(e, settings.place());
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
