// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

/** A timeline's history file as the server has it, to be kept byte for byte. */
public final class TimelineHistory {

    private final String fileName;
    private final byte[] contents;

    TimelineHistory(String fileName, byte[] contents) {
        this.fileName = fileName;
        this.contents = contents;
    }

    /** Its name: {@code 00000002.history}. */
    public String fileName() {
        return fileName;
    }

    /** Its contents. */
    public byte[] contents() {
        return contents.clone();
    }
}
