// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Path;

/**
 * Where clients reach a server.
 *
 * @param socketDirectory the directory of its Unix socket: libpq's {@code host}
 * @param port its port, which also names the socket
 * @param tcp whether it listens on TCP at that port of 127.0.0.1 too
 */
public record ServerAddress(Path socketDirectory, int port, boolean tcp) {

    /** Where it listens on TCP, if it does. */
    public static final String TCP_HOST = "127.0.0.1";

    /** The Unix socket itself. */
    public Path socketFile() {
        return socketDirectory.resolve(".s.PGSQL." + port);
    }
}
