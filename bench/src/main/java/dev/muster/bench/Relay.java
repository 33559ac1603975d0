// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before an S3 server that asks for no signatures, hands each request on and counts it. Bodies are held in memory:
 * an object of a repository is some MB.
 */
final class Relay implements AutoCloseable {

    /** What HttpClient sets itself. */
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "expect", "host", "upgrade",
            "transfer-encoding");

    private final HttpServer server;
    private final URI target;
    private final HttpClient client;
    private final Map<String, Double> counts = new ConcurrentHashMap<>();

    private Relay(HttpServer server, URI target) {
        this.server = server;
        this.target = target;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Listens on a free port of the loopback, and handles one request after the other. */
    static Relay before(URI target) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var relay = new Relay(server, target);
        server.createContext("/", relay::handle);
        server.start();
        return relay;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What was counted since the last time: requests by their kind, bytes up and down. */
    Map<String, Double> take() {
        var taken = new TreeMap<>(counts);
        counts.clear();
        return taken;
    }

    /** What it is paid as: {@code put}, {@code get} (questions about the bucket too), {@code list}, {@code head}, {@code delete}. */
    static String kind(String method, String query) {
        var parameters = "&" + query;
        return switch (method) {
            case "GET" -> parameters.contains("&list-type=") || parameters.contains("&prefix=") ? "list" : "get";
            case "PUT", "POST" -> method.equals("POST") && parameters.contains("&delete") ? "delete" : "put";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            var body = exchange.getRequestBody().readAllBytes();
            count(kind(exchange.getRequestMethod(), String.valueOf(uri.getRawQuery())) + "_requests", 1);
            count("sent_bytes", body.length);
            var answer = client.send(request(exchange, body), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            reply(exchange, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reply(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        var isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            answer.headers().firstValue("content-length").ifPresent(length -> exchange.getResponseHeaders().set(
                    "Content-length", length));
        }
        exchange.sendResponseHeaders(answer.statusCode(),
                isHead || answer.body().length == 0 ? -1 : answer.body().length);
        if (!isHead && answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
            count("received_bytes", answer.body().length);
        }
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        var uri = exchange.getRequestURI();
        var request = HttpRequest.newBuilder(URI.create(target + uri.toString()))
                .method(exchange.getRequestMethod(), body.length == 0
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private void count(String name, double amount) {
        counts.merge(name, amount, Double::sum);
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
    }
}
