// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.googleapis.services.AbstractGoogleClientRequest;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.http.UriTemplate;
import com.google.api.client.util.DateTime;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Bucket.SoftDeletePolicy;
import com.google.api.services.storage.model.StorageObject;
import dev.muster.store.Content;
import dev.muster.store.Interruption;
import dev.muster.store.Range;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Bucket;
import dev.muster.store.bucket.Md5;
import dev.muster.store.bucket.Place;
import dev.muster.store.bucket.RangeHeader;
import dev.muster.store.bucket.SentBytes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests that a store makes to its bucket of Google Cloud Storage. */
final class GcsBucket implements Bucket {

    @FunctionalInterface
    private interface Request<R> {
        R send() throws IOException;
    }

    /** By the limits of Google Cloud Storage. */
    private static final long PUT_BYTES_MAX = 5L << 40;

    /** Objects have finer stamps, and the store's clock, by the head of an answer, whole seconds. */
    private static final Duration STORE_TIME_RESOLUTION = Duration.ofSeconds(1);

    private static final String OBJECT = "size,timeCreated,generation";

    private final GcsSettings settings;
    private final Storage client;
    private final Failures failures;

    GcsBucket(GcsSettings settings, InstantSource clock) throws InterruptedException {
        this.settings = settings;
        this.failures = new Failures(settings, clock);
        this.client = Connection.open(settings, clock);
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
                return head(insert(Upload.of(about(name, md5), sent, content.length(), md5), createOnly));
            } catch (HttpResponseException e) {
                if (createOnly && e.getStatusCode() == 412) {
                    throw new Occupied(e);
                }
                throw failures.of(e, subject(name));
            } catch (IOException e) {
                sent.throwOwnFailure();
                throw failures.of(e, subject(name));
            }
        }
    }

    private String about(String name, Md5 md5) throws IOException {
        var object = new StorageObject().setName(nameInBucket(name)).setMd5Hash(md5.base64());
        settings.storageClass().ifPresent(object::setStorageClass);
        return client.getJsonFactory().toString(object);
    }

    /** What the library does for an upload, with a body that it need not hold. */
    private StorageObject insert(Upload upload, boolean createOnly) throws IOException {
        var url = new GenericUrl(UriTemplate.expand(client.getRootUrl() + "upload/" + client.getServicePath(),
                "b/{bucket}/o", Map.of("bucket", settings.bucket()), false));
        url.set("uploadType", "multipart").set("fields", OBJECT);
        settings.kmsKey().ifPresent(key -> url.set("kmsKeyName", key));
        if (createOnly) {
            url.set("ifGenerationMatch", 0);
        }
        HttpRequest request = client.getRequestFactory().buildPostRequest(url, upload)
                .setParser(client.getObjectParser()).setThrowExceptionOnExecuteError(false);
        HttpResponse response = request.execute();
        if (!response.isSuccessStatusCode()) {
            throw GoogleJsonResponseException.from(client.getJsonFactory(), response);
        }
        return parsed(() -> response.parseAs(StorageObject.class));
    }

    @Override
    public Answer get(String name, Range range) throws InterruptedException {
        Interruption.check();
        try {
            return arriving(name, range);
        } catch (HttpResponseException e) {
            if (e.getStatusCode() == 416) {
                return new Answer.Outside();
            }
            if (e.getStatusCode() == 404 && !Failures.isNoBucket(e)) {
                return new Answer.Missing();
            }
            throw failures.of(e, subject(name));
        } catch (IOException e) {
            throw failures.of(e, subject(name));
        }
    }

    private Answer arriving(String name, Range range) throws IOException, InterruptedException {
        var asked = client.objects().get(settings.bucket(), nameInBucket(name));
        asked.getRequestHeaders().setRange(RangeHeader.of(range)).setAcceptEncoding(null);
        var answer = asked.executeMedia();
        var taken = false;
        try {
            var headers = answer.getHeaders();
            var answered = RangeHeader.parse(headers.getContentRange(),
                    Optional.ofNullable(headers.getContentLength()).orElse(-1L), subject(name));
            var stamp = time(headers.getLastModified(), subject(name));
            var arriving = new Answer.Arriving(new Head(answered.objectLength(), stamp,
                    Optional.ofNullable(headers.getFirstHeaderStringValue("x-goog-generation"))),
                    answered.extent(), answer.getContent());
            taken = true;
            return arriving;
        } finally {
            if (!taken) {
                answer.disconnect();
            }
        }
    }

    @Override
    public Optional<Head> head(String name) throws InterruptedException {
        return found(() -> head(parsed(client.objects().get(settings.bucket(), nameInBucket(name))
                .setFields(OBJECT))), name);
    }

    @Override
    public Page page(String namePrefix, Optional<String> continuation, int objectsMax) throws InterruptedException {
        var page = asked(() -> parsed(list(namePrefix, objectsMax).setPageToken(continuation.orElse(null))));
        var items = Optional.ofNullable(page.getItems()).orElse(List.of());
        return new Page(items.stream().map(found -> new Listed(found.getName(), found.getSize().longValueExact(),
                stamp(found.getTimeCreated()))).toList(), Optional.ofNullable(page.getNextPageToken()));
    }

    private Storage.Objects.List list(String namePrefix, int objectsMax) throws IOException {
        var prefix = nameInBucket(namePrefix);
        return client.objects().list(settings.bucket()).setPrefix(prefix.isEmpty() ? null : prefix)
                .setMaxResults((long) objectsMax).setFields("items(name,size,timeCreated),nextPageToken");
    }

    @Override
    public void delete(String name) throws InterruptedException {
        found(() -> {
            client.objects().delete(settings.bucket(), nameInBucket(name)).execute();
            return true;
        }, name);
    }

    /** By a listing, which everybody may ask for who may use the store: not so what is known of the bucket. */
    @Override
    public Instant now() throws InterruptedException {
        return time(asked(() -> {
            var answer = list("", 1).executeUnparsed();
            answer.disconnect();
            return answer.getHeaders();
        }).getDate(), place().text());
    }

    /** By versions that are kept, or because all that is deleted is kept for a while. */
    @Override
    public boolean versioned() throws InterruptedException {
        return told(found -> (found.getVersioning() != null
                && Boolean.TRUE.equals(found.getVersioning().getEnabled())) || keeps(found.getSoftDeletePolicy()));
    }

    private static boolean keeps(@Nullable SoftDeletePolicy policy) {
        return policy != null && policy.getRetentionDurationSeconds() != null
                && policy.getRetentionDurationSeconds() > 0;
    }

    /** By a policy of the bucket, or of single objects. */
    @Override
    public boolean lockable() throws InterruptedException {
        return told(found -> found.getRetentionPolicy() != null || (found.getObjectRetention() != null
                && "Enabled".equals(found.getObjectRetention().getMode())));
    }

    @Override
    public void close() {
        try {
            client.getRequestFactory().getTransport().shutdown();
        } catch (IOException e) {
            throw new IllegalStateException("a transport that cannot fail has failed", e);
        }
    }

    private static <T> T parsed(AbstractGoogleClientRequest<T> request) throws IOException {
        return parsed(request::execute);
    }

    /** What is no JSON, or half of it, makes the library's parser stumble in all these ways. */
    private static <T> T parsed(Request<T> answer) throws IOException {
        try {
            return answer.send();
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IOException("its answer makes no sense", e);
        }
    }

    private static Head head(StorageObject object) {
        return new Head(object.getSize().longValueExact(), stamp(object.getTimeCreated()),
                Optional.of(Long.toString(object.getGeneration())));
    }

    /** In whole seconds, as in the head of an answer. */
    private static Instant stamp(DateTime created) {
        return Instant.ofEpochMilli(created.getValue()).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant time(@Nullable String header, String subject) {
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(header == null ? "" : header, Instant::from);
        } catch (DateTimeParseException e) {
            throw StoreException.Denied.refused(subject, "it does not say what time it is", e);
        }
    }

    private String nameInBucket(String name) {
        return place().namePrefix() + name;
    }

    private String subject(String name) {
        return place().subject(name);
    }

    /** For what may be absent; a bucket that is absent is a failure. */
    private <R> Optional<R> found(Request<R> request, String name) throws InterruptedException {
        Interruption.check();
        try {
            return Optional.of(request.send());
        } catch (HttpResponseException e) {
            if (e.getStatusCode() == 404 && !Failures.isNoBucket(e)) {
                return Optional.empty();
            }
            throw failures.of(e, subject(name));
        } catch (IOException e) {
            throw failures.of(e, subject(name));
        }
    }

    /** For what is known of the bucket, which a server need not tell this caller. */
    private boolean told(Predicate<com.google.api.services.storage.model.Bucket> question)
            throws InterruptedException {
        Interruption.check();
        try {
            return question.test(parsed(client.buckets().get(settings.bucket())
                    .setFields("versioning,retentionPolicy,softDeletePolicy,objectRetention")));
        } catch (HttpResponseException e) {
            if (e.getStatusCode() == 403 || e.getStatusCode() == 501) {
                return false;
            }
            throw failures.of(e, place().text());
        } catch (IOException e) {
            throw failures.of(e, place().text());
        }
    }

    private <R> R asked(Request<R> request) throws InterruptedException {
        Interruption.check();
        try {
            return request.send();
        } catch (IOException e) {
            throw failures.of(e, place().text());
        }
    }
}
