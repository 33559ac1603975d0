// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** How TLS begins. */
public enum SslNegotiation implements Spelled {
    /** The client asks in PostgreSQL's protocol and the server agrees: every version can. */
    POSTGRES("postgres"),
    /** TLS from the first byte, with the application protocol negotiated: servers from version 17. */
    DIRECT("direct");

    private final String text;

    SslNegotiation(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
