// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Month;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One process that writes entries: what all its batches say of it.
 *
 * @param uid its own
 * @param begun by the host's clock
 * @param actor who it is
 */
public record Session(Uid uid, Instant begun, Actor actor) {

    public Session {
        begun = begun.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Who acts.
     *
     * @param host the name of the machine
     * @param user of its operating system
     * @param program and its version
     * @param slot what people call the key
     */
    public record Actor(String host, String user, String program, String slot) {

        static Actor read(Decoder in) {
            return new Actor(in.text(Encoder.TEXT_BYTES_MAX), in.text(Encoder.TEXT_BYTES_MAX),
                    in.text(Encoder.TEXT_BYTES_MAX), in.text(Encoder.TEXT_BYTES_MAX));
        }

        void write(Encoder out) {
            out.text(host).text(user).text(program).text(slot);
        }
    }

    /** The month that its batches lie in. */
    public Month month() {
        return Month.of(begun);
    }
}
