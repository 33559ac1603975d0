// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.models.AccessTier;
import com.azure.storage.blob.models.BlobContainerProperties;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Marker;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Bucket;
import dev.muster.store.bucket.Md5;
import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.RangeHeader;
import dev.muster.store.bucket.SentBytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests that a store makes to its container of Azure Blob Storage. */
final class AzureBucket implements Bucket {

    @FunctionalInterface
    private interface Request<R> {
        R send();
    }

    private static final String ANY = "*";

    /** By the limits of Azure: the largest blob that one request may put. */
    private static final long PUT_BYTES_MAX = 5000L << 20;

    /** Time stamps have whole seconds. */
    private static final Duration STORE_TIME_RESOLUTION = Duration.ofSeconds(1);

    private static final int PIECES_AHEAD = 1;

    private final AzureSettings settings;
    private final Connection connection;
    private final Failures failures;

    AzureBucket(AzureSettings settings, InstantSource clock) throws InterruptedException {
        this.settings = settings;
        this.failures = new Failures(settings, clock);
        this.connection = Connection.open(settings);
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
        Interruption.check();
        try (var sent = new SentBytes(content)) {
            try {
                var blob = blob(name).getBlockBlobClient().uploadWithResponse(
                        stored(sent, content.length(), md5, createOnly), null, Context.NONE).getValue();
                return new Head(content.length(), blob.getLastModified().toInstant(), version(blob.getVersionId()));
            } catch (BlobStorageException e) {
                if (createOnly && isOccupied(e)) {
                    throw new Occupied(e);
                }
                throw failures.of(e, subject(name));
            } catch (RuntimeException e) {
                sent.throwOwnFailure();
                throw failures.of(e, subject(name));
            }
        }
    }

    /** A lease or a policy that protects what is there answers with the same statuses. */
    private static boolean isOccupied(BlobStorageException answer) {
        return switch (Failures.code(answer)) {
            case "BlobAlreadyExists", "ConditionNotMet", "UnauthorizedBlobOverwrite" -> true;
            case "" -> answer.getStatusCode() == 409 || answer.getStatusCode() == 412;
            default -> false;
        };
    }

    private BlockBlobSimpleUploadOptions stored(SentBytes sent, long length, Md5 md5, boolean createOnly) {
        var bytes = length == 0 ? BinaryData.fromBytes(new byte[0]) : BinaryData.fromStream(sent.newStream(), length);
        var options = new BlockBlobSimpleUploadOptions(bytes).setContentMd5(md5.bytes());
        settings.accessTier().map(AccessTier::fromString).ifPresent(options::setTier);
        return createOnly
                ? options.setRequestConditions(new BlobRequestConditions().setIfNoneMatch(ANY))
                : options;
    }

    @Override
    public Answer get(String name, Range range) throws InterruptedException {
        return switch (range) {
            case Range.Whole() -> get(name, new BlobRange(0));
            case Range.Part(var offset, var length) -> get(name, new BlobRange(offset, length));
            case Range.Last(var length) -> last(name, length);
        };
    }

    /** Azure has no ranges from the end: its length is asked for first. */
    private Answer last(String name, long length) throws InterruptedException {
        var head = head(name);
        if (head.isEmpty()) {
            return new Answer.Missing();
        }
        var before = head.get().length() - length;
        return before < 0 ? new Answer.Outside() : get(name, new BlobRange(before, length));
    }

    private Answer get(String name, BlobRange range) throws InterruptedException {
        return found(() -> {
            try {
                return arriving(name, range);
            } catch (BlobStorageException e) {
                if (e.getStatusCode() == 416) {
                    return new Answer.Outside();
                }
                throw e;
            }
        }, subject(name)).orElseGet(Answer.Missing::new);
    }

    private Answer arriving(String name, BlobRange range) {
        var answer = connection.reading().getBlobAsyncClient(nameInContainer(name))
                .downloadStreamWithResponse(range, new DownloadRetryOptions().setMaxRetryRequests(0), null, false)
                .block();
        if (answer == null) {
            throw new IllegalStateException("the SDK answered nothing");
        }
        var head = answer.getDeserializedHeaders();
        var bytes = new PulledBytes(answer.getValue().toStream(PIECES_AHEAD));
        if (head.getContentRange() != null && head.getContentLength() == 0) {
            // No range has no bytes: so Azurite answers where Azure refuses.
            bytes.close();
            return new Answer.Outside();
        }
        try {
            var answered = RangeHeader.parse(head.getContentRange(), head.getContentLength(), subject(name));
            return new Answer.Arriving(new Head(answered.objectLength(), head.getLastModified().toInstant(),
                    version(head.getVersionId())), answered.extent(), bytes);
        } catch (StoreException e) {
            bytes.close();
            throw e;
        }
    }

    @Override
    public Optional<Head> head(String name) throws InterruptedException {
        return found(() -> blob(name).getPropertiesWithResponse(null, null, Context.NONE).getValue(), subject(name))
                .map(found -> new Head(found.getBlobSize(), found.getLastModified().toInstant(),
                        version(found.getVersionId())));
    }

    @Override
    public Page page(String namePrefix, Optional<String> continuation, int objectsMax) throws InterruptedException {
        var page = listed(namePrefix, continuation, objectsMax);
        return new Page(page.getValue().stream().map(found -> new Listed(found.getName(),
                found.getProperties().getContentLength(), found.getProperties().getLastModified().toInstant()))
                .toList(), Optional.ofNullable(page.getContinuationToken()).filter(token -> !token.isEmpty()));
    }

    private PagedResponse<BlobItem> listed(String namePrefix, Optional<String> continuation, int objectsMax)
            throws InterruptedException {
        var options = new ListBlobsOptions().setPrefix(nameInContainer(namePrefix)).setMaxResultsPerPage(objectsMax);
        return asked(() -> connection.blocking().listBlobs(options, continuation.orElse(null), null)
                .iterableByPage().iterator().next());
    }

    @Override
    public void delete(String name) throws InterruptedException {
        found(() -> blob(name).deleteWithResponse(null, null, null, Context.NONE), subject(name));
    }

    /** By a listing, which everybody may ask for who may use the store: not so what is known of the container. */
    @Override
    public Instant now() throws InterruptedException {
        var date = listed("", Optional.empty(), 1).getHeaders().getValue(HttpHeaderName.DATE);
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date == null ? "" : date, Instant::from);
        } catch (DateTimeParseException e) {
            throw StoreException.Denied.refused(place().text(), "it does not say what time it is", e);
        }
    }

    /** An account with versions names that of the marker, unless the marker is older than that setting. */
    @Override
    public boolean versioned() throws InterruptedException {
        return told(found -> Boolean.TRUE.equals(found.isImmutableStorageWithVersioningEnabled()))
                || head(Marker.NAME).flatMap(Head::version).isPresent();
    }

    /** By a policy of the container, or of single versions of its blobs. */
    @Override
    public boolean lockable() throws InterruptedException {
        return told(found -> found.hasImmutabilityPolicy()
                || Boolean.TRUE.equals(found.isImmutableStorageWithVersioningEnabled()));
    }

    @Override
    public void close() {
        connection.close();
    }

    private BlobClient blob(String name) {
        return connection.blocking().getBlobClient(nameInContainer(name));
    }

    private String nameInContainer(String name) {
        return place().namePrefix() + name;
    }

    private String subject(String name) {
        return place().subject(name);
    }

    private static Optional<String> version(@Nullable String versionId) {
        return Optional.ofNullable(versionId);
    }

    /** For what may be absent; a container that is absent is a failure. */
    private <R> Optional<R> found(Request<R> request, String subject) throws InterruptedException {
        Interruption.check();
        try {
            return Optional.of(request.send());
        } catch (BlobStorageException e) {
            if (e.getStatusCode() == 404 && !Failures.code(e).equals("ContainerNotFound")) {
                return Optional.empty();
            }
            throw failures.of(e, subject);
        } catch (RuntimeException e) {
            throw failures.of(e, subject);
        }
    }

    /** For what is known of the container, which a server need not tell this caller. */
    private boolean told(Predicate<BlobContainerProperties> question) throws InterruptedException {
        Interruption.check();
        try {
            return question.test(connection.blocking().getProperties());
        } catch (BlobStorageException e) {
            if ((e.getStatusCode() < 500 && e.getStatusCode() != 429 && e.getStatusCode() != 404)
                    || e.getStatusCode() == 501) {
                return false;
            }
            throw failures.of(e, place().text());
        } catch (RuntimeException e) {
            throw failures.of(e, place().text());
        }
    }

    private <R> R asked(Request<R> request) throws InterruptedException {
        Interruption.check();
        try {
            return request.send();
        } catch (RuntimeException e) {
            throw failures.of(e, place().text());
        }
    }
}
