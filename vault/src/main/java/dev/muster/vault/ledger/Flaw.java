// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

/**
 * A sign that the ledger is not what was written, or something that somebody should look at.
 *
 * @param kind what sort of
 * @param subject the object, or the session, or what it is about
 * @param what in words
 */
public record Flaw(Kind kind, String subject, String what) {

    /** Sorts of flaws. */
    public enum Kind {
        /** Its bytes are not what was written, or nobody signed them who may. */
        REFUSED(true),
        /** Something saw it, and it is not there. */
        MISSING(true),
        /** A session has two batches of one number. */
        FORKED(true),
        /** A batch does not name the one before it. */
        UNCHAINED(true),
        /** Batches of one session say different things of it, or are signed by different slots. */
        TWO_FACED(true),
        /** A batch behind the end of its session. */
        AFTER_THE_END(true),
        /** It lets months go that are not six years old. */
        LETS_GO_TOO_EARLY(true),
        /** It was begun, and no entry says how it ended. */
        UNFINISHED(false),
        /** No batch says that the session ended. */
        WITHOUT_END(false),
        /** By a slot that had been removed when it was stored, and nobody has ever seen it count. */
        LATE(false),
        /** It lies under another month than it was stored in. */
        MISDATED(false),
        /** Something was done of which nothing tells. */
        UNTOLD(false),
        /** Stored later than what saw it. */
        PUT_AGAIN(false),
        /** An entry that this release does not understand. */
        NOT_UNDERSTOOD(false);

        private final boolean damage;

        Kind(boolean damage) {
            this.damage = damage;
        }
    }

    /** Whether the ledger is not what was written. */
    public boolean isDamage() {
        return kind.damage;
    }
}
