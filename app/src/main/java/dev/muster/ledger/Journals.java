// SPDX-License-Identifier: Apache-2.0
package dev.muster.ledger;

import dev.muster.vault.Vault;
import dev.muster.vault.ledger.Session;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Begins the journals of this process.
 *
 * @param host the name of this machine
 * @param user of its operating system
 * @param program and its version
 * @param clock the wall clock
 * @param complaints hears, in a sentence, that something could not be entered
 */
public record Journals(String host, String user, String program, InstantSource clock, Consumer<String> complaints) {

    /** One for what is done in this repository with the key that opened it. */
    public Journal of(Vault vault) {
        return new Journal(vault.ledgerWriter(new Session.Actor(host, user, program, vault.keys().slot().label())),
                vault::follow, clock, complaints);
    }
}
