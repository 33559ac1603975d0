// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** How much is asked of TLS, from nothing to a server that has proven its name. Over a Unix socket it means nothing. */
public enum SslMode implements Spelled {
    /** Never TLS. */
    DISABLE("disable"),
    /** TLS only if the server refuses to talk without it. */
    ALLOW("allow"),
    /** TLS if the server has it; somebody in between can take it away. */
    PREFER("prefer"),
    /** TLS, but with any server, unless there is a root certificate to check it against. */
    REQUIRE("require"),
    /** TLS with a server whose certificate a trusted authority has signed. */
    VERIFY_CA("verify-ca"),
    /** The same, and the certificate must be for the host that was asked for. */
    VERIFY_FULL("verify-full");

    private final String text;

    SslMode(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    /** Whether a connection without TLS is refused. */
    public boolean demandsTls() {
        return compareTo(REQUIRE) >= 0;
    }

    /** Whether the server's certificate must be checked, whatever files there are. */
    public boolean demandsTrust() {
        return compareTo(VERIFY_CA) >= 0;
    }
}
