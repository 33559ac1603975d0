// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server that does what no PostgreSQL does: it follows a script on a real socket, once for each client. What it sends
 * is written here byte by byte, from the protocol's description and not from the client's code.
 */
final class ScriptedServer implements Closeable {

    /** What is done with one client. */
    @FunctionalInterface
    interface Script {
        void play(Line line) throws IOException;
    }

    private final ServerSocket listener;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    ScriptedServer(Script script) {
        try {
            listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofVirtual().start(() -> serve(script));
    }

    private void serve(Script script) {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        script.play(new Line(socket));
                    } catch (IOException e) {
                        // the client has gone, as it should
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    /** How clients reach it, in the clear. */
    String conninfo() {
        return conninfo("disable");
    }

    String conninfo(String sslmode) {
        return "host=127.0.0.1 port=" + listener.getLocalPort() + " user=ann password=hunter2 sslmode=" + sslmode
                + " connect_timeout=20";
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
        thread.interrupt();
    }

    /** One client's connection, as the server sees it. */
    static final class Line {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        /** Reads a message without a type: a start, a request for TLS, a cancellation. */
        byte[] readUntyped() throws IOException {
            var data = new DataInputStream(in);
            var length = data.readInt();
            return data.readNBytes(length - 4);
        }

        /** Reads a message; returns its contents after its type. */
        byte[] read() throws IOException {
            var data = new DataInputStream(in);
            var type = data.readByte();
            var length = data.readInt();
            return ByteBuffer.allocate(length - 3).put(type).put(data.readNBytes(length - 4)).array();
        }

        Line send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        Line send(char type, byte[] contents) throws IOException {
            return send(message(type, contents));
        }

        /** A log-in that asks for nothing. */
        Line letIn() throws IOException {
            readUntyped();
            return send('R', int32(0)).send('S', text("server_version", "17.5"))
                    .send('K', concat(int32(4711), int32(99))).send('Z', new byte[]{'I'});
        }

        /** Says that nothing more will come, so that the client can still read what has; waits until it has gone. */
        void end() throws IOException {
            socket.shutdownOutput();
            awaitEnd();
        }

        /** Goes without a farewell: the client's next word is answered with a reset. */
        void crash() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has gone. */
        void awaitEnd() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    static byte[] message(char type, byte[] contents) {
        return ByteBuffer.allocate(5 + contents.length).put((byte) type).putInt(contents.length + 4).put(contents)
                .array();
    }

    static byte[] int32(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    static byte[] int16(int value) {
        return ByteBuffer.allocate(2).putShort((short) value).array();
    }

    /** Texts, each with a zero byte after it. */
    static byte[] text(String... texts) {
        var bytes = new ByteArrayOutputStream();
        for (var each : texts) {
            bytes.writeBytes(each.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (var part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    /** An error's contents. */
    static byte[] error(String severity, String sqlState, String message) {
        return concat(text("S" + severity, "V" + severity, "C" + sqlState, "M" + message), new byte[]{0});
    }

    /** The description of a result with columns of text. */
    static byte[] description(String... names) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(int16(names.length));
        for (var name : names) {
            bytes.writeBytes(concat(text(name), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)));
        }
        return bytes.toByteArray();
    }

    /** A row of texts. */
    static byte[] row(String... values) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(int16(values.length));
        for (var value : values) {
            bytes.writeBytes(concat(int32(raw(value).length), raw(value)));
        }
        return bytes.toByteArray();
    }
}
