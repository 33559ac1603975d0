// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

import java.util.List;

/**
 * One thing that a check found.
 *
 * @param severity whether data is at stake
 * @param key the object, or what it is about
 * @param what what is wrong with it
 * @param touches snapshots, files and WAL that cannot be had because of it, as far as they were found; at most
 *            {@link #TOUCHES_MAX}
 */
public record Finding(Severity severity, String key, String what, List<String> touches) {

    /** More are counted, not named. */
    public static final int TOUCHES_MAX = 20;

    /** What a finding means. */
    public enum Severity {
        /** Something that was written is not there as it was written. */
        DAMAGE,
        /** Nothing is lost, but somebody should look. */
        NOTICE
    }

    public Finding {
        touches = List.copyOf(touches);
    }

    static Finding damage(String key, String what) {
        return new Finding(Severity.DAMAGE, key, what, List.of());
    }

    static Finding notice(String key, String what) {
        return new Finding(Severity.NOTICE, key, what, List.of());
    }
}
