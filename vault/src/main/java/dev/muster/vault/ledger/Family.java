// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.seal.Role;
import java.util.Locale;
import java.util.Optional;

/** What actions are about, and who besides an owner may speak of it (docs/format.md, section 7). */
public enum Family {
    SESSION, CHECK, BACKUP, STREAM, RESTORE, MOUNT, PROOF, DRILL, RETAIN, GC, KEYS, INIT;

    /** The one that an action is of; empty if this release knows none of this name. */
    public static Optional<Family> of(String action) {
        String word = action.substring(0, Math.max(0, action.indexOf('.')));
        for (Family family : values()) {
            if (family.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    /** Whether a slot of this role may enter this action; of a family that is not known anyone may. */
    public static boolean maySay(Role role, String action) {
        return role == Role.OWNER || of(action).map(family -> family.isOpenTo(role)).orElse(true);
    }

    private boolean isOpenTo(Role role) {
        return switch (this) {
            case SESSION, CHECK -> true;
            case BACKUP, STREAM -> role == Role.CAPTURE;
            case RESTORE, MOUNT, PROOF, DRILL -> role == Role.RESTORE;
            case RETAIN, GC -> role == Role.REAP;
            case KEYS, INIT -> false;
        };
    }
}
