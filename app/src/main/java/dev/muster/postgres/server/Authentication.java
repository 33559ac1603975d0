// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

/** Who gets into a new cluster. */
public sealed interface Authentication {

    /** Everybody who reaches its socket or its port, as any user of the database. */
    record Trust() implements Authentication {}

    /**
     * Whoever knows the superuser's password (SCRAM-SHA-256). Connections over the Unix socket need it only if
     * {@code socketToo}: the socket's directory is private to the account that the server runs as.
     */
    record Password(String password, boolean socketToo) implements Authentication {

        public Password {
            if (password.isEmpty() || password.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
                throw new IllegalArgumentException("a password is one line, and not empty");
            }
        }

        /** Shows no password. */
        @Override
        public String toString() {
            return "Password[socketToo=" + socketToo + "]";
        }
    }

    /** The authentication method of connections over the Unix socket, as in pg_hba.conf. */
    default String socketMethod() {
        return switch (this) {
            case Trust _ -> "trust";
            case Password password -> password.socketToo() ? "scram-sha-256" : "trust";
        };
    }

    /** The authentication method of connections over TCP, as in pg_hba.conf. */
    default String tcpMethod() {
        return switch (this) {
            case Trust _ -> "trust";
            case Password _ -> "scram-sha-256";
        };
    }
}
