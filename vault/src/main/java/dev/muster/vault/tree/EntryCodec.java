// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.VaultFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Entries as they stand in a table leaf (docs/format.md, section 8). */
final class EntryCodec {

    /** No entry is longer. */
    static final int ENTRY_BYTES_MAX = 16 << 10;

    private static final int TEXT_BYTES_MAX = 4096;
    private static final int ATTRIBUTES_MAX = 256;

    private EntryCodec() {}

    /**
     * Encodes an entry that a source describes.
     *
     * @throws VaultFault.Refused if it does not fit the format
     */
    static byte[] encode(FileEntry entry) {
        byte[] path = EntryPath.bytes(entry.path());
        EntryPath.objection(path).ifPresent(objection -> {
            throw refused(objection, entry);
        });
        byte[] target = EntryPath.bytes(entry.linkTarget());
        if (target.length > EntryPath.PATH_BYTES_MAX) {
            throw refused("a link target of " + target.length + " bytes", entry);
        }
        requireText(entry.owner(), entry);
        requireText(entry.group(), entry);
        entry.attributes().forEach((key, value) -> {
            requireText(key, entry);
            requireText(value, entry);
        });
        Encoder out = new Encoder(256).bytes(path)
                .u8(entry.type().code())
                .u32(Integer.toUnsignedLong(entry.mode()))
                .text(entry.owner())
                .text(entry.group())
                .time(entry.modified())
                .varint(entry.size());
        writeEvidence(out, entry.evidence());
        out.bytes(target);
        entry.check().write(out);
        out.map(entry.attributes());
        writeContent(out, entry.content());
        if (out.size() > ENTRY_BYTES_MAX || entry.attributes().size() > ATTRIBUTES_MAX) {
            throw refused("an entry of " + out.size() + " bytes", entry);
        }
        return out.toByteArray();
    }

    /** Reads one entry. */
    static FileEntry decode(Decoder in) {
        int before = in.remaining();
        byte[] path = in.bytes(EntryPath.PATH_BYTES_MAX);
        EntryPath.objection(path).ifPresent(objection -> {
            throw in.damage(objection);
        });
        int typeCode = in.u8();
        FileType type = FileType.ofCode(typeCode).orElseThrow(() -> in.damage("an entry of type " + typeCode));
        int mode = (int) in.u32();
        String owner = in.text(TEXT_BYTES_MAX);
        String group = in.text(TEXT_BYTES_MAX);
        Instant modified = in.time();
        long size = in.varint();
        Optional<Evidence> evidence = readEvidence(in);
        String target = EntryPath.text(in.bytes(EntryPath.PATH_BYTES_MAX));
        ContentCheck check = ContentCheck.read(in);
        Map<String, String> attributes = in.map(ATTRIBUTES_MAX, TEXT_BYTES_MAX);
        FileContent content = readContent(in);
        if (before - in.remaining() > ENTRY_BYTES_MAX) {
            throw in.damage("an entry of " + (before - in.remaining()) + " bytes");
        }
        requireContent(in, type, size, content);
        try {
            return new FileEntry(EntryPath.text(path), type, mode, owner, group, modified, size, evidence, target,
                    check, attributes, content);
        } catch (IllegalArgumentException _) {
            throw in.damage("an entry that contradicts its type");
        }
    }

    /** The path of an encoded entry. */
    static byte[] path(byte[] encoded) {
        return new Decoder("an entry", encoded).bytes(EntryPath.PATH_BYTES_MAX);
    }

    /** Whether an encoded entry is a directory. */
    static boolean isDirectory(byte[] encoded) {
        Decoder in = new Decoder("an entry", encoded);
        in.bytes(EntryPath.PATH_BYTES_MAX);
        return in.u8() == FileType.DIRECTORY.code();
    }

    private static void requireContent(Decoder in, FileType type, long size, FileContent content) {
        boolean fits = switch (content) {
            case FileContent.None _ -> type != FileType.FILE || size == 0;
            case FileContent.Inline(var parts) -> new Leaf(parts).covered() == size;
            case FileContent.Tree(TreeRoot root) -> size > 0 && root.height() <= Branch.HEIGHT_MAX;
        };
        if (!fits) {
            throw in.damage("an entry whose content does not cover its " + size + " bytes");
        }
    }

    private static void writeEvidence(Encoder out, Optional<Evidence> evidence) {
        if (evidence.isEmpty()) {
            out.u8(0);
        } else {
            out.u8(1).u64(evidence.get().changedNanos()).u64(evidence.get().inode());
        }
    }

    private static Optional<Evidence> readEvidence(Decoder in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new Evidence(in.u64(), in.u64()));
            default -> throw in.damage("evidence of kind " + kind);
        };
    }

    private static void writeContent(Encoder out, FileContent content) {
        switch (content) {
            case FileContent.None _ -> out.u8(0);
            case FileContent.Inline(var parts) -> out.u8(1).bytes(new Leaf(parts).encode());
            case FileContent.Tree(TreeRoot root) -> root.write(out.u8(2));
        }
    }

    private static FileContent readContent(Decoder in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> FileContent.none();
            case 1 -> {
                Node node = Node.decode("an inline leaf", in.bytes(ENTRY_BYTES_MAX));
                if (!(node instanceof Leaf(var parts))) {
                    throw in.damage("an inline node that is no leaf");
                }
                yield new FileContent.Inline(parts);
            }
            case 2 -> new FileContent.Tree(TreeRoot.read(in));
            default -> throw in.damage("content of kind " + kind);
        };
    }

    private static void requireText(String text, FileEntry entry) {
        if (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            throw refused("a text of more than " + TEXT_BYTES_MAX + " bytes", entry);
        }
    }

    private static VaultFault.Refused refused(String why, FileEntry entry) {
        return new VaultFault.Refused("The format has no room for " + why, entry.path().isEmpty()
                ? "the root directory"
                : entry.path(), "Leave this entry out of the source, or give it a shorter name.");
    }
}
