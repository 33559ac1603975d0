// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

/** Consumes a stream. The server is read no faster than these methods return; if one throws, the connection is closed. */
public interface WalReader {

    /** A piece of the log, valid until this method returns. */
    void wal(WalData data);

    /** A sign of life. */
    void keepalive(Keepalive keepalive);
}
