// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What unlocks a slot. Codes 3 to 9 are reserved for key services. */
public enum SlotKind {
    /** A passphrase, made dear to guess by Argon2id. */
    PASSPHRASE(1),
    /** 32 random bytes. */
    RAW_KEY(2);

    private final int code;

    SlotKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<SlotKind> ofCode(int code) {
        return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
