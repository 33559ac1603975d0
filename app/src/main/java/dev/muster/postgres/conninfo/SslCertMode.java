// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** Whether the client shows a certificate of its own. */
public enum SslCertMode implements Spelled {
    /** Never, even if there is one. */
    DISABLE("disable"),
    /** If there is one and the server asks. */
    ALLOW("allow"),
    /** The server must ask, and there must be one. */
    REQUIRE("require");

    private final String text;

    SslCertMode(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
