// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

/** A connection URL or conninfo as the user wrote it. It may hold a password, so it does not print itself. */
public record ConnectionText(String text) {

    @Override
    public String toString() {
        return "(connection)";
    }
}
