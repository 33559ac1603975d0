// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** The ways of authentication that {@code require_auth} can name. Muster knows the first four. */
public enum AuthMethod implements Spelled {
    /** The server asks for nothing (trust, peer), or for a TLS certificate only. */
    NONE("none"),
    /** The password in clear text. */
    PASSWORD("password"),
    /** A salted MD5 digest of the password. */
    MD5("md5"),
    /** SCRAM-SHA-256, with or without channel binding. */
    SCRAM_SHA_256("scram-sha-256"), GSS("gss"), SSPI("sspi"), OAUTH("oauth");

    private final String text;

    AuthMethod(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
