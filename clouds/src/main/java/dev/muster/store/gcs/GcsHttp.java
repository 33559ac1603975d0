// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import dev.muster.store.bucket.ArrivingBytes;
import dev.muster.store.bucket.JavaHttp;
import dev.muster.store.bucket.JavaHttp.Sent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The library's requests through Java's own HTTP client. */
final class GcsHttp extends HttpTransport {

    private final JavaHttp http;

    GcsHttp(JavaHttp http) {
        this.http = http;
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new Asked(method, URI.create(url));
    }

    @Override
    public void shutdown() {
        http.close();
    }

    private final class Asked extends LowLevelHttpRequest {

        private final String method;
        private final URI url;
        private final Map<String, List<String>> headers = new HashMap<>();

        Asked(String method, URI url) {
            this.method = method;
            this.url = url;
        }

        @Override
        public void addHeader(String name, String value) {
            headers.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            if (getContentType() != null) {
                addHeader("Content-Type", getContentType());
            }
            if (getContentEncoding() != null) {
                addHeader("Content-Encoding", getContentEncoding());
            }
            return new Arrived(http.send(new JavaHttp.Request(method, url, headers, sent())));
        }

        /** What the library sends by itself is small, and written into memory. */
        private Sent sent() throws IOException {
            var content = getStreamingContent();
            if (content == null) {
                return Sent.NOTHING;
            }
            if (content instanceof Upload upload) {
                return new Sent(upload.getLength(), upload::open);
            }
            var bytes = new ByteArrayOutputStream();
            content.writeTo(bytes);
            return new Sent(bytes.size(), () -> new ByteArrayInputStream(bytes.toByteArray()));
        }
    }

    private static final class Arrived extends LowLevelHttpResponse {

        private final HttpResponse<ArrivingBytes> response;
        private final List<Map.Entry<String, String>> headers = new ArrayList<>();

        Arrived(HttpResponse<ArrivingBytes> response) {
            this.response = response;
            response.headers().map()
                    .forEach((name, values) -> values.forEach(value -> headers.add(Map.entry(name, value))));
        }

        @Override
        public InputStream getContent() {
            return response.body();
        }

        @Override
        public @Nullable String getContentEncoding() {
            return header("content-encoding");
        }

        @Override
        public long getContentLength() {
            return response.headers().firstValueAsLong("content-length").orElse(-1);
        }

        @Override
        public @Nullable String getContentType() {
            return header("content-type");
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 " + response.statusCode();
        }

        @Override
        public int getStatusCode() {
            return response.statusCode();
        }

        @Override
        public @Nullable String getReasonPhrase() {
            return null;
        }

        @Override
        public int getHeaderCount() {
            return headers.size();
        }

        @Override
        public String getHeaderName(int index) {
            return headers.get(index).getKey();
        }

        @Override
        public String getHeaderValue(int index) {
            return headers.get(index).getValue();
        }

        @Override
        public void disconnect() {
            response.body().close();
        }

        private @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }
}
