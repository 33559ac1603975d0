// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries, ascending by the bytes of their paths.
 *
 * @param entries 1 to 256
 */
record TableLeaf(List<FileEntry> entries) implements TableNode {

    TableLeaf {
        entries = List.copyOf(entries);
    }

    @Override
    public int height() {
        return 0;
    }

    @Override
    public byte[] first() {
        return EntryPath.bytes(entries.getFirst().path());
    }

    @Override
    public byte[] last() {
        return EntryPath.bytes(entries.getLast().path());
    }

    @Override
    public byte[] encode() {
        Encoder out = new Encoder(1 << 14).u8(TABLE_LEAF).varint(entries.size());
        entries.forEach(entry -> out.raw(EntryCodec.encode(entry)));
        return out.toByteArray();
    }

    /** Reads what follows the kind. */
    static TableLeaf decode(Decoder in) {
        List<FileEntry> entries = new ArrayList<>();
        byte[] before = null;
        for (int left = Node.count(in); left > 0; left--) {
            FileEntry entry = EntryCodec.decode(in);
            byte[] path = EntryPath.bytes(entry.path());
            if (before != null && EntryPath.compare(before, path) >= 0) {
                throw in.damage("the entries of a table do not ascend");
            }
            before = path;
            entries.add(entry);
        }
        return new TableLeaf(entries);
    }
}
