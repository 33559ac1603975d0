// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

/** How a frame's plaintext got its id, which also says to whom such frames are sealed. */
public sealed interface Naming {

    /** A block of a file. */
    record Data() implements Naming {}

    /** A block of a map. */
    record Map() implements Naming {}

    /** A block of WAL that begins at this LSN. */
    record Wal(long lsn) implements Naming {}

    static Naming data() {
        return new Data();
    }

    static Naming map() {
        return new Map();
    }

    static Naming wal(long lsn) {
        return new Wal(lsn);
    }

    /** The one sealing that frames of this naming may have. */
    default Sealing sealing() {
        return switch (this) {
            case Data data -> Sealing.OPENING;
            case Wal wal -> Sealing.OPENING;
            case Map map -> Sealing.METADATA;
        };
    }
}
