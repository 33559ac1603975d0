// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.pack;

import dev.muster.store.Key;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;

/** Sizes and keys of packs (docs/format.md, sections 3 and 8). */
public final class PackFormat {

    /** No pack is longer. */
    public static final int PACK_BYTES_MAX = 64 << 20;
    /** A writer closes a pack that has as many frames, whatever its length. */
    public static final int FRAMES_MAX = 32_768;

    static final int DIRECTORY_ENTRY_BYTES = Digest.BYTES + 12;
    static final int FOOTER_BYTES = 16;
    /** The last eight bytes of a pack. */
    static final long MAGIC = 0x4D55_5354_4449_5231L;

    private PackFormat() {}

    /** The key of a pack: {@code data/hh/H} or {@code map/hh/H}. */
    public static Key key(Kind kind, Digest pack) {
        return Key.of(ObjectKeys.of(requirePack(kind), pack).value());
    }

    static Kind requirePack(Kind kind) {
        if (kind != Kind.DATA && kind != Kind.MAP) {
            throw new IllegalArgumentException("not a kind of pack: " + kind);
        }
        return kind;
    }
}
