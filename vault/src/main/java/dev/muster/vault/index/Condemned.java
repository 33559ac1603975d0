// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.statement.Statement;
import java.util.List;

/**
 * What one run of gc means to delete, or which sessions were open when it had said so (docs/format.md, section 7, kind 15).
 *
 * @param instance of the repository, from the charter
 * @param session of the run
 * @param keys of any kind, as they are in the store
 * @param lists of keys that were durable before the sessions were listed: digests of condemned objects
 * @param open the sessions that were open then and may write: what is on those lists waits for them
 */
public record Condemned(Uid instance, Uid session, List<String> keys, List<Digest> lists, List<Uid> open) {

    public static final int KEYS_MAX = 65_536;
    private static final int TEXT_BYTES_MAX = 4096;

    public Condemned {
        keys = List.copyOf(keys);
        lists = List.copyOf(lists);
        open = List.copyOf(open);
    }

    /** A list of keys. */
    public Condemned(Uid instance, Uid session, List<String> keys) {
        this(instance, session, keys, List.of(), List.of());
    }

    /** Whether it says which sessions were open, of some lists. */
    public boolean isRoster() {
        return !lists.isEmpty();
    }

    public byte[] encode() {
        Encoder out = new Encoder().uid(instance).uid(session).list(keys, Encoder::text);
        if (isRoster()) {
            out.list(lists, Encoder::digest).list(open, Encoder::uid);
        }
        return out.toByteArray();
    }

    public static Condemned decode(Decoder in) {
        Uid instance = in.uid();
        Uid session = in.uid();
        List<String> keys = in.list(KEYS_MAX, each -> each.text(TEXT_BYTES_MAX));
        if (in.remaining() == 0) {
            return new Condemned(instance, session, keys);
        }
        List<Digest> lists = in.list(KEYS_MAX, Decoder::digest);
        if (lists.isEmpty()) {
            throw in.damage("says which sessions were open, and of no list");
        }
        return new Condemned(instance, session, keys, lists, in.list(KEYS_MAX, Decoder::uid));
    }

    /**
     * Reads it.
     *
     * @throws VaultFault.Damage if it is not what was written, or its key says something else than it does
     */
    public static Condemned of(Statement statement) {
        Condemned condemned = statement.decode(Condemned::decode);
        statement.requireSession(condemned.session);
        return condemned;
    }
}
