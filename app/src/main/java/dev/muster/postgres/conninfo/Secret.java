// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/**
 * A password. It prints as asterisks wherever it is printed by accident.
 *
 * @param value the password itself: for authentication only
 */
public record Secret(String value) {

    @Override
    public String toString() {
        return "********";
    }
}
