// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.ObjectKey;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A metadata object that opened and whose signer may say its kind.
 *
 * @param key what its key says: the interpreter of the body compares it with what the body says
 * @param stamped when it was stored, by the store's clock
 * @param signer digest of the slot that signed it
 * @param role of the signer
 * @param body what it says, as it was encoded
 */
@SuppressWarnings("ArrayRecordComponent")
public record Statement(ObjectKey key, Instant stamped, Digest signer, Role role, byte[] body) {

    /**
     * What it says.
     *
     * @throws VaultFault.Damage if the body is not what the decoder reads, or longer
     */
    public <T> T decode(Function<Decoder, T> decoder) {
        Decoder in = new Decoder(key.value(), body);
        T said = decoder.apply(in);
        in.end();
        return said;
    }

    /**
     * Refuses a statement whose contents its signer may not say.
     *
     * @throws VaultFault.Untrusted unless the signer's role is one of these
     */
    public void requireRole(String what, Role... allowed) {
        if (!Arrays.asList(allowed).contains(role)) {
            throw new VaultFault.Untrusted("a " + role + " may not say " + what, key.value());
        }
    }

    /**
     * Refuses a statement of a session whose key names another one than it does itself.
     *
     * @param session as the body says
     */
    public void requireSession(Uid session) {
        boolean agrees = key instanceof ObjectKey.OfSession of && of.session().equals(session);
        if (!agrees) {
            throw new VaultFault.Damage("its key names another session than it does", key.value());
        }
    }
}
