// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A TCP port of this machine that a server is started on. */
public record LoopbackPort(int number) {

    private static final int CONNECT_MILLIS_MAX = 1_000;

    /** One that is free now. */
    public static LoopbackPort free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new LoopbackPort(socket.getLocalPort());
        }
    }

    /** Whether somebody listens there. */
    public boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), number), CONNECT_MILLIS_MAX);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
