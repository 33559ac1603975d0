// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import java.nio.ByteBuffer;

/**
 * Consumes a base backup: its start, its archives one after the other, its manifest. Nothing has been backed up until
 * the call that this reader was given to returns. The server is read no faster than these methods return; if one throws,
 * the connection is closed.
 */
public interface BackupReader {

    /** The backup begins. */
    void begins(BackupStart start);

    /**
     * An archive begins, and the one before it is complete.
     *
     * @param name {@code base.tar}, or the tablespace's object id and {@code .tar}
     * @param location the tablespace's directory on the server; empty for {@code base.tar}
     */
    void archiveBegins(String name, String location);

    /** Bytes of the archive, in place, backed by an array: valid until this method returns. */
    void archiveBytes(ByteBuffer bytes);

    /** How many bytes of the files the server has sent, if progress was asked for. */
    default void progress(long bytes) {}

    /** The manifest begins, and all archives are complete. */
    default void manifestBegins() {}

    /** Bytes of the manifest, as {@link #archiveBytes}. */
    default void manifestBytes(ByteBuffer bytes) {}
}
