// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.snapshot.SnapshotReader;

/** An older snapshot that counted after the session was announced: its files may be adopted unread. */
public final class CaptureBase {

    private final SnapshotReader reader;

    CaptureBase(SnapshotReader reader) {
        this.reader = reader;
    }

    public SnapshotReader reader() {
        return reader;
    }
}
