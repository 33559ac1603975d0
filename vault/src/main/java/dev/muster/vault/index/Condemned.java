// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import java.util.List;

/**
 * What one run of gc means to delete (docs/format.md, section 7, kind 15).
 *
 * @param instance of the repository, from the charter
 * @param session of the run
 * @param keys of any kind, as they are in the store
 */
public record Condemned(Uid instance, Uid session, List<String> keys) {

    public static final int KEYS_MAX = 65_536;
    private static final int TEXT_BYTES_MAX = 4096;

    public Condemned {
        keys = List.copyOf(keys);
    }

    public byte[] encode() {
        return new Encoder().uid(instance).uid(session).list(keys, Encoder::text).toByteArray();
    }

    public static Condemned decode(Decoder in) {
        return new Condemned(in.uid(), in.uid(), in.list(KEYS_MAX, each -> each.text(TEXT_BYTES_MAX)));
    }
}
