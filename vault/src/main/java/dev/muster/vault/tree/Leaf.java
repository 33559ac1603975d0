// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.pack.BlockRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a file, or of a stretch of one, in their order.
 *
 * @param parts 1 to 256
 */
record Leaf(List<Part> parts) implements Node {

    private static final int ZEROS = 0;
    private static final int BLOCK = 1;
    private static final int ENCODED_PART_BYTES = 44;

    Leaf {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > ITEMS_MAX) {
            throw new IllegalArgumentException("a leaf of " + parts.size() + " parts");
        }
    }

    @Override
    public int height() {
        return 0;
    }

    /** Bytes of the file that it covers. */
    long covered() {
        return parts.stream().mapToLong(Part::length).sum();
    }

    @Override
    public byte[] encode() {
        Map<Digest, Integer> packs = new LinkedHashMap<>();
        for (Part part : parts) {
            if (part instanceof Part.Block(BlockRef ref)) {
                packs.putIfAbsent(ref.pack(), packs.size());
            }
        }
        Encoder out = new Encoder(64 + ENCODED_PART_BYTES * parts.size() + Digest.BYTES * packs.size());
        out.u8(LEAF).list(packs.keySet(), Encoder::digest).varint(parts.size());
        for (Part part : parts) {
            switch (part) {
                case Part.Zeros zeros -> out.u8(ZEROS).varint(zeros.length());
                case Part.Block(BlockRef ref) ->
                    ref.writePlace(out.u8(BLOCK).digest(ref.id()).varint(packs.getOrDefault(ref.pack(), 0)));
            }
        }
        return out.toByteArray();
    }

    /** Reads what follows the kind. */
    static Leaf decode(Decoder in) {
        List<Digest> packs = in.list(ITEMS_MAX, Decoder::digest);
        if (packs.stream().distinct().count() != packs.size()) {
            throw in.damage("a leaf names a pack twice");
        }
        int used = 0;
        List<Part> parts = new ArrayList<>();
        for (int left = Node.count(in); left > 0; left--) {
            int kind = in.u8();
            switch (kind) {
                case ZEROS -> parts.add(zeros(in));
                case BLOCK -> {
                    Digest id = in.digest();
                    int ordinal = in.varint(used);
                    if (ordinal >= packs.size()) {
                        throw in.damage("a block in pack " + ordinal + " of " + packs.size());
                    }
                    used = Math.max(used, ordinal + 1);
                    parts.add(new Part.Block(BlockRef.readPlace(in, id, packs.get(ordinal))));
                }
                default -> throw in.damage("a part of kind " + kind);
            }
        }
        if (used != packs.size()) {
            throw in.damage("a leaf names a pack that it does not use");
        }
        return new Leaf(parts);
    }

    private static Part.Zeros zeros(Decoder in) {
        long length = in.varint();
        if (length < 1 || length > Part.Zeros.LENGTH_MAX) {
            throw in.damage(length + " zeros");
        }
        return new Part.Zeros(length);
    }
}
