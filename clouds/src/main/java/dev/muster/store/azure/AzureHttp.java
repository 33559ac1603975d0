// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.CoreUtils;
import dev.muster.store.bucket.ArrivingBytes;
import dev.muster.store.bucket.JavaHttp;
import dev.muster.store.bucket.JavaHttp.Sent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * The SDK's requests through Java's own HTTP client. Whatever the SDK asks for as something that happens later happens
 * on the thread that waits for it, so that this can be interrupted: no thread of the SDK's has a part in it.
 */
record AzureHttp(JavaHttp http) implements HttpClient {

    private static final int PIECE_BYTES = 1 << 16;

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return Mono.fromCallable(() -> exchange(request));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        try {
            return exchange(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse exchange(HttpRequest request) throws IOException {
        var response = http.send(new JavaHttp.Request(request.getHttpMethod().name(),
                URI.create(request.getUrl().toString()), headers(request), sent(request)));
        return new Arrived(request, response);
    }

    private static Map<String, List<String>> headers(HttpRequest request) {
        var headers = new HashMap<String, List<String>>();
        request.getHeaders().forEach(header -> headers.put(header.getName(), header.getValuesList()));
        return headers;
    }

    private static Sent sent(HttpRequest request) {
        var body = request.getBodyAsBinaryData();
        var length = request.getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH);
        return body == null || length == null ? Sent.NOTHING : new Sent(Long.parseLong(length), body::toStream);
    }

    /** An answer whose body may still be on its way. */
    private static final class Arrived extends HttpResponse {

        private final int status;
        private final HttpHeaders headers = new HttpHeaders();
        private final ArrivingBytes bytes;

        Arrived(HttpRequest request, java.net.http.HttpResponse<ArrivingBytes> response) {
            super(request);
            this.status = response.statusCode();
            this.bytes = response.body();
            response.headers().map()
                    .forEach((name, values) -> headers.set(HttpHeaderName.fromString(name), values));
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.generate(() -> bytes, Arrived::next, ArrivingBytes::close);
        }

        private static ArrivingBytes next(ArrivingBytes bytes, SynchronousSink<ByteBuffer> sink) {
            try {
                var piece = new byte[PIECE_BYTES];
                var n = bytes.read(piece, 0, piece.length);
                if (n < 0) {
                    sink.complete();
                } else {
                    sink.next(ByteBuffer.wrap(piece, 0, n));
                }
            } catch (IOException e) {
                sink.error(e);
            }
            return bytes;
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.fromCallable(this::whole);
        }

        @Override
        public Mono<String> getBodyAsString() {
            return Mono.fromCallable(() -> CoreUtils.bomAwareToString(whole(),
                    headers.getValue(HttpHeaderName.CONTENT_TYPE)));
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.fromCallable(() -> new String(whole(), charset));
        }

        @Override
        public Mono<InputStream> getBodyAsInputStream() {
            return Mono.just(bytes);
        }

        @Override
        public InputStream getBodyAsInputStreamSync() {
            return bytes;
        }

        @Override
        public BinaryData getBodyAsBinaryData() {
            return BinaryData.fromStream(bytes);
        }

        @Override
        public void close() {
            bytes.close();
        }

        private byte[] whole() throws IOException {
            try (bytes) {
                return bytes.readAllBytes();
            }
        }
    }
}
