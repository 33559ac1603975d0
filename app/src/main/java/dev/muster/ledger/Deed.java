// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

/**
 * Something that is entered in the ledger.
 *
 * @param action {@code family.verb}; docs/ledger.md lists all
 * @param system the protected system that it is about; empty for none
 * @param subject what it is done to, in words
 */
public record Deed(String action, String system, String subject) {

    /** One that is about the repository itself. */
    public static Deed of(String action, String subject) {
        return new Deed(action, "", subject);
    }
}
