// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** What a server must be for a connection to it to be kept. */
public enum TargetSession implements Spelled {
    ANY("any"),
    /** Transactions can write by default: no standby, and not read-only by configuration. */
    READ_WRITE("read-write"),
    /** The contrary of read-write. */
    READ_ONLY("read-only"),
    /** Not in recovery. */
    PRIMARY("primary"),
    /** In recovery. */
    STANDBY("standby"),
    /** A standby if one of the hosts is one, otherwise any. */
    PREFER_STANDBY("prefer-standby");

    private final String text;

    TargetSession(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
