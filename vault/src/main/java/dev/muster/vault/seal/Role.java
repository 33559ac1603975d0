// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a slot is for: which secrets it is granted and what it may say (docs/format.md, section 5). */
public enum Role {
    /** Everything: adds and removes slots and epochs. */
    OWNER(1),
    /** Writes backups and WAL; cannot open the data that it wrote. */
    CAPTURE(2),
    /** Reads everything. */
    RESTORE(3),
    /** Deletes and folds; cannot open data nor seal it. */
    REAP(4);

    private final int code;

    Role(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<Role> ofCode(int code) {
        return Arrays.stream(values()).filter(role -> role.code == code).findFirst();
    }

    /** Whether it is granted the naming key. */
    public boolean names() {
        return this != REAP;
    }

    /** Whether it is granted the opening private key. */
    public boolean opens() {
        return this == OWNER || this == RESTORE;
    }

    /**
     * Whether its signature on an object of this kind can count. Which contents of that kind it may say is the matter
     * of whoever reads them.
     */
    public boolean maySay(Kind kind) {
        return switch (this) {
            case OWNER -> true;
            case CAPTURE -> switch (kind) {
                case SNAPSHOT, LINEAGE, WAL, INDEX, CANDIDATE, QUARANTINE, ROLL, LEDGER, CHECKPOINT -> true;
                default -> false;
            };
            case RESTORE -> switch (kind) {
                case CANDIDATE, QUARANTINE, LEDGER, CHECKPOINT, PROOF -> true;
                default -> false;
            };
            case REAP -> switch (kind) {
                case ABANDON, CONDEMNED, FORWARD, INDEX, WAL, ROLL, LEDGER, CHECKPOINT -> true;
                default -> false;
            };
        };
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
