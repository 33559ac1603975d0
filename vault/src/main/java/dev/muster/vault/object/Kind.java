// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.util.Arrays;
import java.util.Optional;

/** What an object is, and the first segment of its key (docs/format.md, section 3). */
public enum Kind {
    CHARTER(1, "charter"), SLOT(2, "slot"), EPOCH(3, "epoch"), GRANT(4, "grant"), DATA(5, "data"), MAP(6, "map"), INDEX(
            7, "index"), SNAPSHOT(8, "snapshot"), CANDIDATE(9, "candidate"), ABANDON(10, "abandon"), LINEAGE(11,
                    "lineage"), WAL(12, "wal"), ROLL(13,
                            "roll"), QUARANTINE(14, "quarantine"), CONDEMNED(15, "condemned"), FORWARD(16,
                                    "forward"), LEDGER(17, "ledger"), CHECKPOINT(18,
                                            "checkpoint"), PROOF(19, "proof"), REPLICA(23, "replica");

    private final int code;
    private final String prefix;

    Kind(int code, String prefix) {
        this.code = code;
        this.prefix = prefix;
    }

    public int code() {
        return code;
    }

    /** The first segment of the keys of this kind, without a slash. */
    public String prefix() {
        return prefix;
    }

    public static Optional<Kind> ofCode(int code) {
        return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }

    /** The kind whose keys begin like this one; empty for a key of a kind that this program does not know. */
    public static Optional<Kind> ofKey(String key) {
        int slash = key.indexOf('/');
        for (Kind kind : values()) {
            if (slash > 0 && kind.prefix.equals(key.substring(0, slash))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
