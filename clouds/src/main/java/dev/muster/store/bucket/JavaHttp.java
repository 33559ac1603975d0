// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Java's own HTTP client as the transport of a vendor's library: a thread of any kind that is interrupted stops waiting
 * at once, an answer that stalls is noticed, one that is not wanted any more is broken off and not read to its end, and
 * no other client has to come along.
 */
public final class JavaHttp implements AutoCloseable {

    /** Java's client writes these itself. No vendor signs others of them than the host and the length, which are the same. */
    private static final Set<String> WRITTEN_BY_CLIENT =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    /**
     * What is asked.
     *
     * @param method of HTTP
     * @param headers by name; those that the client writes itself are left out
     */
    public record Request(String method, URI uri, Map<String, List<String>> headers, Sent sent) {}

    /**
     * The body of a request.
     *
     * @param length in bytes; nothing is sent if 0
     * @param source opened once for each time that the client sends it
     */
    public record Sent(long length, Supplier<InputStream> source) {

        /** No body. */
        public static final Sent NOTHING = new Sent(0, InputStream::nullInputStream);

        private BodyPublisher publisher() {
            return length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(source), length);
        }
    }

    private final HttpClient client;
    private final Timing timing;

    public JavaHttp(Timing timing) {
        this.timing = timing;
        this.client = HttpClient.newBuilder().version(Version.HTTP_1_1).followRedirects(Redirect.NEVER)
                .connectTimeout(timing.connect()).build();
    }

    /**
     * Sends a request and returns when its answer begins.
     *
     * @throws InterruptedIOException if the thread is interrupted, which stays marked
     */
    public HttpResponse<ArrivingBytes> send(Request request) throws IOException {
        try {
            return client.send(java(request), _ -> new ArrivingBytes(timing.idle()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the store");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest java(Request request) {
        var java = HttpRequest.newBuilder(request.uri()).method(request.method(), request.sent().publisher())
                .timeout(timing.answer(request.sent().length()));
        request.headers().forEach((name, values) -> {
            if (!WRITTEN_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> java.header(name, value));
            }
        });
        return java.build();
    }
}
