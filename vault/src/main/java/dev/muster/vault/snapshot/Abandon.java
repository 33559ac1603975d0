// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Statement;

/**
 * A session that was given up (docs/format.md, section 7, kind 10).
 *
 * @param instance of the repository, from the charter
 * @param session whose
 * @param done false: it is being given up, and a snapshot of it is undecided; true: it is, and none counts
 * @param reason in words
 */
public record Abandon(Uid instance, Uid session, boolean done, String reason) {

    private static final int TEXT_BYTES_MAX = 4096;

    public byte[] encode() {
        return new Encoder().uid(instance).uid(session).u8(done ? 2 : 1).text(reason).toByteArray();
    }

    public static Abandon decode(Decoder in) {
        Uid instance = in.uid();
        Uid session = in.uid();
        int step = in.u8();
        if (step != 1 && step != 2) {
            throw in.damage("a session given up at step " + step);
        }
        return new Abandon(instance, session, step == 2, in.text(TEXT_BYTES_MAX));
    }

    /**
     * Reads it.
     *
     * @throws VaultFault.Damage if it is not what was written, or its key says something else than it does
     */
    public static Abandon of(Statement statement) {
        Abandon abandon = statement.decode(Abandon::decode);
        statement.requireSession(abandon.session);
        return abandon;
    }
}
