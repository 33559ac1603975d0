// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between a client and a real server and keeps what the server says. */
final class RecordedSession implements Closeable {

    private final ServerSocket listener;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    RecordedSession(int serverPort) {
        try {
            listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> pass(serverPort));
    }

    private void pass(int serverPort) {
        try (var client = listener.accept(); var server = new Socket(listener.getInetAddress(), serverPort)) {
            Thread.ofVirtual().start(() -> copy(client, server, OutputStream.nullOutputStream()));
            copy(server, client, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Socket from, Socket to, OutputStream also) {
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            var buffer = new byte[8192];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                also.write(buffer, 0, count);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // one of the two has gone, so the other goes
        }
    }

    String conninfo() {
        return "host=127.0.0.1 sslmode=disable port=" + listener.getLocalPort();
    }

    /** What the server has said so far. */
    byte[] said() {
        return said.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
