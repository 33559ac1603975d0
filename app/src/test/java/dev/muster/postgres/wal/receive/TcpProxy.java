// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a server that can be cut, or freeze with its connections open. */
final class TcpProxy implements AutoCloseable {

    private static final InetAddress HOST = InetAddress.ofLiteral("127.0.0.1");

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object thaw = new Object();
    private volatile boolean cut;
    private boolean frozen;

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, HOST);
        Thread.ofVirtual().start(this::accept);
    }

    String conninfo() {
        return "host=" + HOST.getHostAddress() + " port=" + listener.getLocalPort();
    }

    /** Ends all connections, and every new one at once. */
    void cut() throws IOException {
        cut = true;
        for (var socket : open) {
            socket.close();
        }
    }

    /** Lets nothing through any more, in either direction, and says nothing. */
    void freeze() {
        synchronized (thaw) {
            frozen = true;
        }
    }

    void heal() {
        cut = false;
        synchronized (thaw) {
            frozen = false;
            thaw.notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                if (cut) {
                    client.close();
                } else {
                    connect(client);
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            var server = new Socket(HOST, target);
            open.add(client);
            open.add(server);
            Thread.ofVirtual().start(() -> forward(client, server));
            Thread.ofVirtual().start(() -> forward(server, client));
        } catch (IOException e) {
            client.close();
        }
    }

    private void forward(Socket from, Socket to) {
        try (from; to) {
            forward(from.getInputStream(), to.getOutputStream());
        } catch (IOException | InterruptedException e) {
            // One side has gone: so does the other.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void forward(InputStream from, OutputStream to) throws IOException, InterruptedException {
        var buffer = new byte[1 << 16];
        for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            synchronized (thaw) {
                while (frozen) {
                    thaw.wait();
                }
            }
            to.write(buffer, 0, read);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        heal();
    }
}
