// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between a store and a real server and hinders what it is told to. Each connection carries one exchange, so that
 * a hindrance meets exactly one.
 */
public final class FaultProxy implements AutoCloseable {

    /** Decides about each request, given its first line: {@code PUT /bucket/key HTTP/1.1}. Called by many threads. */
    @FunctionalInterface
    public interface Plan {
        Hindrance of(String firstLine);
    }

    /** How a vendor's servers say that something went wrong. */
    public interface Dialect {

        /** The lines of the answer's head that it needs beside the usual, each with its end. */
        String headers(Hindrance.Answer answer);

        /** The answer's body. */
        String body(Hindrance.Answer answer);
    }

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private final ServerSocket listening;
    private final int serverPort;
    private final Dialect dialect;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> cut = new CompletableFuture<>();
    private final AtomicInteger hindered = new AtomicInteger();
    private volatile Plan plan = _ -> new Hindrance.None();

    private FaultProxy(ServerSocket listening, int serverPort, Dialect dialect) {
        this.listening = listening;
        this.serverPort = serverPort;
        this.dialect = dialect;
    }

    /** Stands before a server on this port of the loopback. */
    public static FaultProxy before(int serverPort, Dialect dialect) throws IOException {
        var proxy = new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), serverPort, dialect);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** From now on. */
    public void follow(Plan next) {
        plan = next;
    }

    /** How many exchanges were hindered. */
    public int hindered() {
        return hindered.get();
    }

    /** Lets an answer that stalls go on to this many bytes, and ends it there. */
    public void cutStalledAt(int bytes) {
        cut.complete(bytes);
    }

    @Override
    public void close() throws IOException {
        cut.complete(0);
        listening.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            exchange(client);
        } catch (IOException | InterruptedException _) {
            // One side has gone, which the other sees.
        } finally {
            sockets.remove(client);
        }
    }

    private void exchange(Socket client) throws IOException, InterruptedException {
        var head = head(client.getInputStream());
        var hindrance = plan.of(head.lines().findFirst().orElse(""));
        if (!(hindrance instanceof Hindrance.None)) {
            hindered.incrementAndGet();
        }
        switch (hindrance) {
            case Hindrance.Answer answer -> {
                body(client.getInputStream(), head);
                client.getOutputStream().write(text(answer).getBytes(StandardCharsets.UTF_8));
            }
            case Hindrance.Body(var type, var body) -> {
                body(client.getInputStream(), head);
                client.getOutputStream()
                        .write(text(200, "Content-Type: " + type + "\r\n", body).getBytes(StandardCharsets.UTF_8));
            }
            case Hindrance.Reset(var afterwards) -> {
                if (afterwards) {
                    ask(client, head, hindrance).getInputStream().readAllBytes();
                }
                client.setSoLinger(true, 0);
            }
            default -> answer(client, ask(client, head, hindrance), hindrance);
        }
    }

    private void answer(Socket client, Socket server, Hindrance hindrance) throws IOException, InterruptedException {
        try (server) {
            switch (hindrance) {
                case Hindrance.Cut(var bytes) -> copy(server.getInputStream(), client.getOutputStream(), bytes);
                case Hindrance.Stall(var bytes) -> {
                    copy(server.getInputStream(), client.getOutputStream(), bytes);
                    copy(server.getInputStream(), client.getOutputStream(), cutAt() - bytes);
                }
                default -> server.getInputStream().transferTo(client.getOutputStream());
            }
        }
    }

    private int cutAt() throws InterruptedException {
        try {
            return cut.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(InputStream from, OutputStream to, int bytes) throws IOException {
        var buffer = new byte[8_192];
        for (var left = bytes; left > 0;) {
            var n = from.read(buffer, 0, Math.min(left, buffer.length));
            if (n < 0) {
                return;
            }
            to.write(buffer, 0, n);
            left -= n;
        }
    }

    private Socket ask(Socket client, String head, Hindrance hindrance) throws IOException {
        var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.add(server);
        var changed = head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
        if (hindrance instanceof Hindrance.Lose(var header)) {
            changed = changed.replaceAll("(?im)^" + header + ":.*\r\n", "");
        }
        var body = body(client.getInputStream(), head);
        if (hindrance instanceof Hindrance.Flip(var offset) && offset < body.length) {
            body[offset] ^= 1;
        }
        server.getOutputStream().write(changed.getBytes(StandardCharsets.ISO_8859_1));
        server.getOutputStream().write(body);
        return server;
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        var last = 0;
        while (last != END_OF_HEAD) {
            var b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            head.write(b);
            last = (last << 8) | b;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] body(InputStream in, String head) throws IOException {
        var length = LENGTH.matcher(head);
        return length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
    }

    private String text(Hindrance.Answer answer) {
        return text(answer.status(), dialect.headers(answer), dialect.body(answer));
    }

    /** With the right time: some libraries would take a wrong one over, for all their clients in the process. */
    private static String text(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " Hindered\r\nConnection: close\r\n" + headers + "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
