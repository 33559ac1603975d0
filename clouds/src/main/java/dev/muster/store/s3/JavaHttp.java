// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.s3.S3Settings.Timing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's requests through Java's own HTTP client: a thread of any kind that is interrupted stops waiting at once, an
 * answer that stalls is noticed, one that is not wanted any more is broken off and not read to its end, and no other
 * client has to come along.
 */
final class JavaHttp implements SdkHttpClient {

    /** Java's client writes these itself. The SDK signs none of them but the host, which is the same. */
    private static final Set<String> WRITTEN_BY_CLIENT =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    /** A client that the SDK makes is one that it also closes. */
    record Builder(Timing timing) implements SdkHttpClient.Builder<Builder> {

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new JavaHttp(timing);
        }
    }

    private final HttpClient client;
    private final Timing timing;

    private JavaHttp(Timing timing) {
        this.timing = timing;
        this.client = HttpClient.newBuilder().version(Version.HTTP_1_1).followRedirects(Redirect.NEVER)
                .connectTimeout(timing.connect()).build();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {

            @Override
            public HttpExecuteResponse call() throws IOException {
                return send(request);
            }

            @Override
            public void abort() {
                // Whoever waits is interrupted, which ends the exchange.
            }
        };
    }

    @Override
    public String clientName() {
        return "JavaHttp";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpExecuteResponse send(HttpExecuteRequest request) throws IOException {
        try {
            var response = client.send(java(request), _ -> new ArrivingBytes(timing.idle()));
            var body = response.body();
            return HttpExecuteResponse.builder().response(head(response))
                    .responseBody(AbortableInputStream.create(body, body::close)).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting for the store");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private HttpRequest java(HttpExecuteRequest request) {
        var asked = request.httpRequest();
        var body = body(request);
        var java = HttpRequest.newBuilder(asked.getUri()).method(asked.method().name(), body)
                .timeout(timing.answer(Math.max(0, body.contentLength())));
        asked.forEachHeader((name, values) -> {
            if (!WRITTEN_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> java.header(name, value));
            }
        });
        return java.build();
    }

    private static BodyPublisher body(HttpExecuteRequest request) {
        var length = length(request.httpRequest());
        return request.contentStreamProvider().filter(_ -> length > 0)
                .map(provider -> BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(provider::newStream),
                        length))
                .orElse(BodyPublishers.noBody());
    }

    private static long length(SdkHttpRequest request) {
        return request.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(0L);
    }

    private static SdkHttpResponse head(HttpResponse<?> response) {
        return SdkHttpResponse.builder().statusCode(response.statusCode()).headers(response.headers().map()).build();
    }
}
