// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Decoder;
import java.util.Arrays;

/** How much was shown (docs/glossary.md). */
public enum Level {
    /** L1: the bytes are as they were written, and open. */
    BYTES(1),
    /** L2: maps and lists are complete and fit together. */
    STRUCTURE(2),
    /** L3: a server recovered it, reached the target and opened. */
    RESTORED(3),
    /** L4: what was asked of the restored data held. */
    ASSERTED(4);

    private final int code;

    Level(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Level read(Decoder in) {
        int code = in.u8();
        return Arrays.stream(values())
                .filter(level -> level.code == code)
                .findFirst()
                .orElseThrow(() -> in.damage("a level is " + code));
    }

    @Override
    public String toString() {
        return "L" + code;
    }
}
