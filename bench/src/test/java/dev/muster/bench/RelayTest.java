// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RelayTest {

    @ParameterizedTest
    @CsvSource({"GET, list-type=2&prefix=packs%2F, list", "GET, prefix=x, list", "GET, versioning, get", "GET, '', get",
            "GET, partNumber=1, get", "PUT, '', put", "POST, uploads, put", "POST, delete, delete",
            "DELETE, '', delete",
            "HEAD, '', head"})
    void aRequestIsWhatItIsPaidAs(String method, String query, String kind) {
        assertThat(Relay.kind(method, query)).isEqualTo(kind);
    }

    /** The server answers a put with what it was sent, and says where in a header. */
    @Test
    void requestsAndAnswersPassUnchangedAndAreCounted() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var body = exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("x-asked", exchange.getRequestURI().toString());
                exchange.getResponseHeaders().set("x-if", exchange.getRequestHeaders().getFirst("If-None-Match") + "");
                exchange.sendResponseHeaders(body.length == 0 ? 404 : 201, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        var target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (var relay = Relay.before(target);
                var client = HttpClient.newHttpClient()) {
            var put = client.send(request(relay, "/b/k%20y?x=%2F").header("If-None-Match", "*")
                    .PUT(BodyPublishers.ofString("twelve bytes")).build(), BodyHandlers.ofString());
            var get = client.send(request(relay, "/b?list-type=2").build(), BodyHandlers.ofString());

            assertThat(answer(put)).containsExactly(201, "twelve bytes", "/b/k%20y?x=%2F", "*");
            assertThat(answer(get)).containsExactly(404, "", "/b?list-type=2", "null");
            assertThat(relay.take()).isEqualTo(Map.of("put_requests", 1.0, "list_requests", 1.0, "sent_bytes", 12.0,
                    "received_bytes", 12.0));
            assertThat(relay.take()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    private static HttpRequest.Builder request(Relay relay, String path) {
        return HttpRequest.newBuilder(URI.create(relay.endpoint() + path));
    }

    private static Object[] answer(HttpResponse<String> response) {
        return new Object[]{response.statusCode(), response.body(), response.headers().firstValue("x-asked").orElse(""),
                response.headers().firstValue("x-if").orElse("")};
    }
}
