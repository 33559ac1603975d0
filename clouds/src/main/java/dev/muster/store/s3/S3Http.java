// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.bucket.JavaHttp;
import dev.muster.store.bucket.JavaHttp.Sent;
import dev.muster.store.bucket.Timing;
import java.io.IOException;
import java.net.http.HttpResponse;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.AttributeMap;

/** The SDK's requests through Java's own HTTP client. */
record S3Http(JavaHttp http) implements SdkHttpClient {

    /** A client that the SDK makes is one that it also closes. */
    record Builder(Timing timing) implements SdkHttpClient.Builder<Builder> {

        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new S3Http(new JavaHttp(timing));
        }
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
        http.close();
    }

    private HttpExecuteResponse send(HttpExecuteRequest request) throws IOException {
        var asked = request.httpRequest();
        var response =
                http.send(new JavaHttp.Request(asked.method().name(), asked.getUri(), asked.headers(), sent(request)));
        var body = response.body();
        return HttpExecuteResponse.builder().response(head(response))
                .responseBody(AbortableInputStream.create(body, body::close)).build();
    }

    private static Sent sent(HttpExecuteRequest request) {
        return request.contentStreamProvider()
                .map(provider -> new Sent(length(request.httpRequest()), provider::newStream)).orElse(Sent.NOTHING);
    }

    private static long length(SdkHttpRequest request) {
        return request.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(0L);
    }

    private static SdkHttpResponse head(HttpResponse<?> response) {
        return SdkHttpResponse.builder().statusCode(response.statusCode()).headers(response.headers().map()).build();
    }
}
