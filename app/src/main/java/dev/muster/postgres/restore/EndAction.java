// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.util.Locale;

/** What the server does when it has reached its target. */
public enum EndAction {
    /** It begins a new timeline and takes writes. */
    PROMOTE,
    /** It waits, and can be read. */
    PAUSE,
    /** It stops. */
    SHUTDOWN;

    /** As recovery_target_action has it. */
    String setting() {
        return name().toLowerCase(Locale.ROOT);
    }
}
