// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.index;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Kind;
import dev.muster.vault.pack.BlockRef;
import dev.muster.vault.pack.PackFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where some blocks are (docs/format.md, section 7, kind 7).
 *
 * @param packKind of data or of map blocks
 * @param supersedes index objects that this one stands in for
 * @param packs the packs that hold the blocks
 * @param blocks ascending by id, each id once
 */
public record IndexObject(Kind packKind, List<Digest> supersedes, List<IndexedPack> packs, List<BlockRef> blocks) {

    public static final int BLOCKS_MAX = 1 << 20;
    public static final int LIST_ITEMS_MAX = 65_536;

    public IndexObject {
        supersedes = List.copyOf(supersedes);
        packs = List.copyOf(packs);
        blocks = blocks.stream().sorted(Comparator.comparing(BlockRef::id)).toList();
    }

    public byte[] encode() {
        Map<Digest, Integer> ordinals = new HashMap<>();
        for (IndexedPack pack : packs) {
            ordinals.put(pack.digest(), ordinals.size());
        }
        Encoder out = new Encoder(64 + 40 * packs.size() + 44 * blocks.size());
        out.u8(packKind.code());
        out.list(supersedes, Encoder::digest);
        out.list(packs, (encoder, pack) -> encoder.digest(pack.digest()).u32(pack.length()));
        out.list(blocks, (encoder, block) -> {
            Integer ordinal = ordinals.get(block.pack());
            if (ordinal == null) {
                throw new IllegalArgumentException("the pack of a block is not among the packs");
            }
            block.writePlace(encoder.digest(block.id()).varint(ordinal));
        });
        return out.toByteArray();
    }

    public static IndexObject decode(Decoder in) {
        Kind packKind = Kind.ofCode(in.u8())
                .filter(kind -> kind == Kind.DATA || kind == Kind.MAP)
                .orElseThrow(() -> in.damage("an index of neither data nor map blocks"));
        List<Digest> supersedes = in.list(LIST_ITEMS_MAX, Decoder::digest);
        List<IndexedPack> packs = in.list(LIST_ITEMS_MAX, IndexObject::decodePack);
        int count = in.varint(BLOCKS_MAX);
        List<BlockRef> blocks = new ArrayList<>(Math.min(count, in.remaining()));
        for (int at = 0; at < count; at++) {
            BlockRef block = decodeBlock(in, packs);
            if (at > 0 && blocks.getLast().id().compareTo(block.id()) >= 0) {
                throw in.damage("the blocks of an index do not ascend");
            }
            blocks.add(block);
        }
        return new IndexObject(packKind, supersedes, packs, blocks);
    }

    private static IndexedPack decodePack(Decoder in) {
        Digest digest = in.digest();
        long length = in.u32();
        if (length < 1 || length > PackFormat.PACK_BYTES_MAX) {
            throw in.damage("a pack of " + length + " bytes");
        }
        return new IndexedPack(digest, (int) length);
    }

    private static BlockRef decodeBlock(Decoder in, List<IndexedPack> packs) {
        Digest id = in.digest();
        long ordinal = in.varint();
        if (ordinal >= packs.size()) {
            throw in.damage("a block in pack " + ordinal + " of " + packs.size());
        }
        IndexedPack pack = packs.get((int) ordinal);
        BlockRef block = BlockRef.readPlace(in, id, pack.digest());
        if (block.offset() > pack.length() - block.frameLength()) {
            throw in.damage("a block behind the end of its pack");
        }
        return block;
    }
}
