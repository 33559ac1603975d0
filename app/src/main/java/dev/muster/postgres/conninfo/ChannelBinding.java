// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** Whether authentication is tied to the TLS connection, so that nobody can sit in between. */
public enum ChannelBinding implements Spelled {
    /** Never. */
    DISABLE("disable"),
    /** If the connection has TLS and the server offers it. */
    PREFER("prefer"),
    /** No other authentication is accepted. */
    REQUIRE("require");

    private final String text;

    ChannelBinding(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
