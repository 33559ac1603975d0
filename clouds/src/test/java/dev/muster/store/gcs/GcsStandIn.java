// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.DateTime;
import com.google.api.services.storage.model.Bucket;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.muster.store.bucket.FaultProxy;
import dev.muster.store.bucket.Hindrance;
import dev.muster.store.bucket.Timing;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Stands in for Google Cloud Storage, of which no server can be had: written by its documented JSON API as far as a store
 * asks for it, with its errors, generations, preconditions, checks of digests, pages and tokens. Tests against it show
 * what Muster does if Google does what it says, and not that it does.
 */
final class GcsStandIn implements AutoCloseable {

    /** The bucket that is there. */
    static final String BUCKET = "clinic-backups";

    private static final Pattern OF_OBJECT = Pattern.compile("(?:/download)?/storage/v1/b/([^/]+)/o/([^/]+)");
    private static final Pattern OF_OBJECTS = Pattern.compile("/storage/v1/b/([^/]+)/o");
    private static final Pattern OF_UPLOAD = Pattern.compile("/upload/storage/v1/b/([^/]+)/o");
    private static final Pattern OF_BUCKET = Pattern.compile("/storage/v1/b/([^/]+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    /** An error of the API. */
    static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;

        private final int status;
        private final String reason;

        Refusal(int status, String reason, String message) {
            super(message);
            this.status = status;
            this.reason = reason;
        }
    }

    private static final class Written {

        private final byte[] bytes;
        private final long generation;
        private final Instant created = Instant.now();
        private final String storageClass;

        Written(byte[] bytes, long generation, String storageClass) {
            this.bytes = bytes;
            this.generation = generation;
            this.storageClass = storageClass;
        }
    }

    private final HttpServer server;
    private final GcsTokens tokens;
    private final Map<String, ConcurrentSkipListMap<String, Written>> buckets = new ConcurrentHashMap<>();
    private final Map<String, Bucket> abouts = new ConcurrentHashMap<>();
    private final AtomicLong generations = new AtomicLong(1_700_000_000_000_000L);

    private GcsStandIn(HttpServer server, GcsTokens tokens) {
        this.server = server;
        this.tokens = tokens;
    }

    static GcsStandIn start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        var standIn = new GcsStandIn(server, new GcsTokens(server.getAddress().getPort()));
        standIn.makeBucket(BUCKET, new Bucket());
        server.createContext("/", standIn::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return standIn;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    GcsTokens tokens() {
        return tokens;
    }

    /** A store of the owner's below this prefix. */
    GcsSettings at(URI endpoint, String bucket, String prefix) {
        return new GcsSettings(bucket, prefix, Optional.of(endpoint),
                new GcsCredentials.KeyFile(tokens.keyFile()), Optional.empty(), Optional.empty(),
                new Timing(Duration.ofSeconds(20), Duration.ofSeconds(60), 256 << 10));
    }

    /** Something before this server that hinders requests. */
    FaultProxy hindered() throws IOException {
        return FaultProxy.before(port(), new GcsDialect());
    }

    /** Its errors are JSON, or nothing at all. */
    private record GcsDialect() implements FaultProxy.Dialect {

        @Override
        public String headers(Hindrance.Answer answer) {
            return "Content-Type: application/json; charset=UTF-8\r\n";
        }

        @Override
        public String body(Hindrance.Answer answer) {
            return answer.code().isEmpty() ? "" : errorJson(answer.status(), answer.code(), answer.message());
        }
    }

    private static String errorJson(int status, String reason, String message) {
        var error = new GenericJson();
        error.set("code", status).set("message", message).set("errors",
                List.of(Map.of("message", message, "domain", "global", "reason", reason)));
        return json(new GenericJson().set("error", error));
    }

    private static String json(Object value) {
        try {
            return GsonFactory.getDefaultInstance().toString(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void makeBucket(String name, Bucket about) {
        abouts.put(name, about);
        buckets.put(name, new ConcurrentSkipListMap<>());
    }

    void removeBucket(String name) {
        buckets.remove(name);
    }

    void put(String bucket, String name, byte[] bytes) {
        of(bucket).orElseThrow().put(name, written(bytes, "STANDARD"));
    }

    void delete(String bucket, String name) {
        of(bucket).orElseThrow().remove(name);
    }

    /** The class of an object; empty if there is none. */
    Optional<String> storageClass(String bucket, String name) {
        return of(bucket).map(objects -> objects.get(name)).map(found -> found.storageClass);
    }

    private Optional<ConcurrentSkipListMap<String, Written>> of(String bucket) {
        return Optional.ofNullable(buckets.get(bucket));
    }

    private Written written(byte[] bytes, String storageClass) {
        return new Written(bytes, generations.incrementAndGet(), storageClass);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        tokens.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        if ("close".equals(exchange.getRequestHeaders().getFirst("Connection"))) {
            // It does close, and would not say so.
            exchange.getResponseHeaders().set("Connection", "close");
        }
        try {
            answer(exchange, exchange.getRequestBody().readAllBytes());
        } catch (Refusal e) {
            refuse(exchange, e);
        }
        // Not the exchange, which would take the connection with it.
        exchange.getResponseBody().close();
    }

    /** In JSON, except where bytes were asked for; whoever hands out tokens has a form of its own (RFC 6749, 5.2). */
    private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
        var message = String.valueOf(refusal.getMessage());
        var path = exchange.getRequestURI().getPath();
        if (path.startsWith("/download/")) {
            send(exchange, refusal.status, "text/html; charset=UTF-8", message.getBytes(StandardCharsets.UTF_8));
        } else {
            var text = path.equals("/token")
                    ? json(Map.of("error", refusal.reason, "error_description", message))
                    : errorJson(refusal.status, refusal.reason, message);
            send(exchange, refusal.status, "application/json; charset=UTF-8", text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException, Refusal {
        var path = exchange.getRequestURI().getRawPath();
        var query = query(exchange.getRequestURI().getRawQuery());
        if (path.equals("/token")) {
            send(exchange, 200, "application/json", tokens.grant(body));
            return;
        }
        tokens.check(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
        var upload = OF_UPLOAD.matcher(path);
        var objects = OF_OBJECTS.matcher(path);
        var object = OF_OBJECT.matcher(path);
        var bucket = OF_BUCKET.matcher(path);
        if (upload.matches()) {
            insert(exchange, objects(upload.group(1)), query, body);
        } else if (object.matches()) {
            ofObject(exchange, objects(object.group(1)), decoded(object.group(2)), query);
        } else if (objects.matches()) {
            send(exchange, 200, list(objects(objects.group(1)), query));
        } else if (bucket.matches()) {
            objects(bucket.group(1));
            send(exchange, 200, abouts.getOrDefault(decoded(bucket.group(1)), new Bucket()));
        } else {
            throw new Refusal(404, "notFound", "Not Found");
        }
    }

    private ConcurrentSkipListMap<String, Written> objects(String bucket) throws Refusal {
        return of(decoded(bucket)).orElseThrow(
                () -> new Refusal(404, "notFound", "The specified bucket does not exist."));
    }

    private void ofObject(HttpExchange exchange, ConcurrentSkipListMap<String, Written> objects, String name,
            Map<String, String> query) throws IOException, Refusal {
        var found = objects.get(name);
        if (found == null) {
            throw new Refusal(404, "notFound", "No such object: " + name);
        }
        if (exchange.getRequestMethod().equals("DELETE")) {
            objects.remove(name, found);
            exchange.sendResponseHeaders(204, -1);
        } else if ("media".equals(query.get("alt"))) {
            media(exchange, found);
        } else {
            send(exchange, 200, about(name, found));
        }
    }

    private static StorageObject about(String name, Written found) {
        return new StorageObject().setName(name).setSize(BigInteger.valueOf(found.bytes.length))
                .setGeneration(found.generation).setTimeCreated(new DateTime(found.created.toEpochMilli()))
                .setStorageClass(found.storageClass).setMd5Hash(md5(found.bytes));
    }

    private static void media(HttpExchange exchange, Written found) throws IOException, Refusal {
        var headers = exchange.getResponseHeaders();
        headers.set("x-goog-generation", Long.toString(found.generation));
        headers.set("Last-Modified",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(found.created.atOffset(ZoneOffset.UTC)));
        var range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, "application/octet-stream", found.bytes);
            return;
        }
        var parts = RANGE.matcher(range);
        if (!parts.matches()) {
            throw new Refusal(400, "invalid", "a range that is none");
        }
        var length = found.bytes.length;
        var from = parts.group(1).isEmpty()
                ? Math.max(0, length - Long.parseLong(parts.group(2)))
                : Long.parseLong(parts.group(1));
        var to = parts.group(1).isEmpty() || parts.group(2).isEmpty()
                ? length - 1L
                : Math.min(length - 1L, Long.parseLong(parts.group(2)));
        if (from >= length) {
            throw new Refusal(416, "requestedRangeNotSatisfiable", "Request range not satisfiable");
        }
        headers.set("Content-Range", "bytes " + from + "-" + to + "/" + length);
        send(exchange, 206, "application/octet-stream", Arrays.copyOfRange(found.bytes, (int) from, (int) to + 1));
    }

    private static Objects list(ConcurrentSkipListMap<String, Written> objects, Map<String, String> query) {
        var prefix = query.getOrDefault("prefix", "");
        var after = Optional.ofNullable(query.get("pageToken"))
                .map(token -> new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8)).orElse("");
        var most = Math.min(1000, Integer.parseInt(query.getOrDefault("maxResults", "1000")));
        var found = new ArrayList<StorageObject>();
        var page = new Objects();
        for (var entry : objects.tailMap(prefix.compareTo(after) > 0 ? prefix : after).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (entry.getKey().equals(after)) {
                continue;
            }
            if (found.size() == most) {
                page.setNextPageToken(Base64.getUrlEncoder()
                        .encodeToString(found.getLast().getName().getBytes(StandardCharsets.UTF_8)));
                break;
            }
            found.add(about(entry.getKey(), entry.getValue()));
        }
        return found.isEmpty() ? page : page.setItems(found);
    }

    private void insert(HttpExchange exchange, ConcurrentSkipListMap<String, Written> objects,
            Map<String, String> query, byte[] body) throws IOException, Refusal {
        var type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!"multipart".equals(query.get("uploadType")) || !type.startsWith("multipart/related; boundary=")) {
            throw new Refusal(400, "invalid", "not an upload");
        }
        var parts = parts(body, type.substring(type.indexOf('=') + 1));
        var about = GsonFactory.getDefaultInstance().fromString(new String(parts.getFirst(), StandardCharsets.UTF_8),
                StorageObject.class);
        var bytes = parts.getLast();
        if (about.getMd5Hash() != null && !about.getMd5Hash().equals(md5(bytes))) {
            throw new Refusal(400, "invalid", "Provided MD5 hash \"" + about.getMd5Hash()
                    + "\" doesn't match calculated MD5 hash \"" + md5(bytes) + "\".");
        }
        var written = written(bytes, Optional.ofNullable(about.getStorageClass()).orElse("STANDARD"));
        if ("0".equals(query.get("ifGenerationMatch"))) {
            if (objects.putIfAbsent(about.getName(), written) != null) {
                throw new Refusal(412, "conditionNotMet",
                        "At least one of the pre-conditions you specified did not hold.");
            }
        } else {
            objects.put(about.getName(), written);
        }
        send(exchange, 200, about(about.getName(), written));
    }

    /** The bodies of the parts. */
    private static List<byte[]> parts(byte[] body, String boundary) throws Refusal {
        var text = new String(body, StandardCharsets.ISO_8859_1);
        var parts = new ArrayList<byte[]>();
        var begin = text.indexOf("--" + boundary + "\r\n");
        while (begin >= 0) {
            var head = text.indexOf("\r\n\r\n", begin);
            var end = text.indexOf("\r\n--" + boundary, head + 4 - 2);
            if (head < 0 || end < 0) {
                throw new Refusal(400, "invalid", "a part that does not end");
            }
            parts.add(Arrays.copyOfRange(body, head + 4, end));
            begin = text.startsWith("--", end + 4 + boundary.length()) ? -1 : end + 2;
        }
        if (parts.size() != 2) {
            throw new Refusal(400, "invalid", "an upload of " + parts.size() + " parts");
        }
        return parts;
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> query(String raw) {
        var query = new HashMap<String, String>();
        for (var pair : raw == null ? new String[0] : raw.split("&")) {
            var parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : decoded(parts[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, Object value) throws IOException {
        send(exchange, status, "application/json; charset=UTF-8", json(value).getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
