// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import java.util.regex.Pattern;

/**
 * The name of a replication slot.
 *
 * @param text one to 63 lower-case letters, digits and underscores, as the server demands
 */
public record SlotName(String text) {

    private static final Pattern VALID = Pattern.compile("[a-z0-9_]{1,63}");

    public SlotName {
        if (!VALID.matcher(text).matches()) {
            throw new IllegalArgumentException("not the name of a replication slot: '" + text + "'");
        }
    }

    String quoted() {
        return '"' + text + '"';
    }

    @Override
    public String toString() {
        return text;
    }
}
