// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.snapshot;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.roll.RollEntry;
import dev.muster.vault.tree.TreeRoot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot object says (docs/format.md, section 7, kind 8).
 *
 * @param session that wrote it
 * @param source what was captured
 * @param begun when the capture began, by the clock of its host
 * @param completed when it was complete, by the clock of its host
 * @param table the table of its entries
 * @param counts how much it is
 * @param needs the WAL that it needs, at most 4,096
 * @param tags what people said of it
 * @param facts what the capture found out; with the tags at most 4 KiB
 * @param rollHeads heads of the roll that its writer saw, at most 64
 */
public record SnapshotBody(Uid session, CaptureSource source, Instant begun, Instant completed, TreeRoot table,
        SnapshotCounts counts, List<WalNeed> needs, Map<String, String> tags, Map<String, String> facts,
        List<Digest> rollHeads) {

    public static final int NEEDS_MAX = 4096;
    /** Tags and facts, encoded. */
    public static final int MAPS_BYTES_MAX = 4096;

    private static final int TEXT_BYTES_MAX = 4096;
    private static final int MAP_ITEMS_MAX = 256;

    public SnapshotBody {
        needs = List.copyOf(needs);
        tags = Map.copyOf(tags);
        facts = Map.copyOf(facts);
        rollHeads = List.copyOf(rollHeads);
    }

    /** How many bytes tags and facts take; more than {@link #MAPS_BYTES_MAX} are not allowed. */
    public static int mapBytes(Map<String, String> tags, Map<String, String> facts) {
        return new Encoder().map(tags).map(facts).size();
    }

    public byte[] encode() {
        if (needs.size() > NEEDS_MAX || mapBytes(tags, facts) > MAPS_BYTES_MAX
                || rollHeads.size() > RollEntry.PARENTS_MAX) {
            throw new IllegalArgumentException("a snapshot with too many needs, tags, facts or heads");
        }
        Encoder out = new Encoder(1024).uid(session)
                .text(source.kind())
                .text(source.system())
                .text(source.component())
                .text(source.host())
                .time(begun)
                .time(completed);
        table.write(out);
        return out.varint(counts.files())
                .varint(counts.logicalBytes())
                .varint(counts.newFrameBytes())
                .varint(counts.readBytes())
                .list(needs, (encoder, need) -> need.write(encoder))
                .map(tags)
                .map(facts)
                .list(rollHeads, Encoder::digest)
                .toByteArray();
    }

    public static SnapshotBody decode(Decoder in) {
        Uid session = in.uid();
        CaptureSource source = new CaptureSource(in.text(TEXT_BYTES_MAX), in.text(TEXT_BYTES_MAX),
                in.text(TEXT_BYTES_MAX), in.text(TEXT_BYTES_MAX));
        Instant begun = in.time();
        Instant completed = in.time();
        TreeRoot table = TreeRoot.read(in);
        SnapshotCounts counts = new SnapshotCounts(in.varint(), in.varint(), in.varint(), in.varint());
        List<WalNeed> needs = in.list(NEEDS_MAX, WalNeed::read);
        int before = in.remaining();
        Map<String, String> tags = in.map(MAP_ITEMS_MAX, TEXT_BYTES_MAX);
        Map<String, String> facts = in.map(MAP_ITEMS_MAX, TEXT_BYTES_MAX);
        if (before - in.remaining() > MAPS_BYTES_MAX) {
            throw in.damage("tags and facts of " + (before - in.remaining()) + " bytes");
        }
        List<Digest> rollHeads = in.list(RollEntry.PARENTS_MAX, Decoder::digest);
        return new SnapshotBody(session, source, begun, completed, table, counts, needs, tags, facts, rollHeads);
    }
}
