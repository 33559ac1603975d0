// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

/** Why an object is dead. */
public enum Why {
    /** A pack that no snapshot and no open session reaches. */
    UNREACHED("no snapshot and no session reaches it"),
    /** A snapshot that was removed. */
    REMOVED("the snapshot was removed"),
    /** A snapshot of a session that was given up. */
    GIVEN_UP("its session was given up, and it never counted"),
    /** A candidate whose session is over. */
    CLOSED("its session is over"),
    /** A range of WAL that lies in a longer one. */
    REPLACED("a longer range of WAL stands in for it"),
    /** A range of WAL that was released. */
    RELEASED("it was released, and no snapshot needs it");

    private final String words;

    Why(String words) {
        this.words = words;
    }

    /** In words, as a sentence without a period. */
    public String words() {
        return words;
    }
}
