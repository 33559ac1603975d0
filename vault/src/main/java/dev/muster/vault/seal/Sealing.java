// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

/** To whom a frame is sealed. */
public enum Sealing {
    /** To the epoch's opening key: who seals cannot open. */
    OPENING(1),
    /** Under the epoch's metadata key. */
    METADATA(2);

    private final int code;

    Sealing(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
