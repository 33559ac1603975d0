// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/** Where a server listens beside the Unix socket in its run directory. Never on an address that other machines reach. */
public sealed interface Listen {

    /** Nowhere. */
    record SocketOnly() implements Listen {}

    /** On 127.0.0.1, at a port that was free; if somebody takes it first, at another. */
    record AnyPort() implements Listen {}

    /** On 127.0.0.1, at this port or not at all. */
    record FixedPort(int port) implements Listen {

        private static final int PORT_MAX = 65_535;

        public FixedPort {
            if (port < 1 || port > PORT_MAX) {
                throw new IllegalArgumentException("not a port: " + port);
            }
        }
    }
}
