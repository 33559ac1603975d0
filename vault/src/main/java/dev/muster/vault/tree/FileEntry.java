// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A file, directory or symbolic link of a snapshot.
 *
 * @param path relative, {@code /} between its segments, see {@link EntryPath}; empty for the root directory
 * @param type what it is
 * @param mode permission bits as POSIX has them, u32
 * @param owner name or number of the owner, at most 4,096 bytes
 * @param group name or number of the group, at most 4,096 bytes
 * @param modified mtime; what lies below a microsecond is cut off
 * @param size bytes of a file; 0 for anything else
 * @param evidence what told that it had not changed
 * @param linkTarget of a link, at most 4,096 bytes; empty for anything else
 * @param check a check sum that its source knows
 * @param attributes whatever else the source wants to keep; at most 256
 * @param content where its bytes are
 */
public record FileEntry(String path, FileType type, int mode, String owner, String group, Instant modified, long size,
        Optional<Evidence> evidence, String linkTarget, ContentCheck check, Map<String, String> attributes,
        FileContent content) {

    public FileEntry {
        attributes = Map.copyOf(attributes);
        boolean hasContent = !(content instanceof FileContent.None);
        boolean sensible = type == FileType.FILE
                ? size >= 0 && linkTarget.isEmpty() && (size > 0 || !hasContent)
                : size == 0 && !hasContent && linkTarget.isEmpty() == (type == FileType.DIRECTORY);
        if (!sensible) {
            throw new IllegalArgumentException("not an entry of a " + type + ": " + path);
        }
    }

    /** A file that is about to be captured; its size and content are found while it is read. */
    public static FileEntry file(String path, int mode, Instant modified) {
        return new FileEntry(path, FileType.FILE, mode, "", "", modified, 0, Optional.empty(), "", ContentCheck.none(),
                Map.of(), FileContent.none());
    }

    /** A directory. */
    public static FileEntry directory(String path, int mode, Instant modified) {
        return new FileEntry(path, FileType.DIRECTORY, mode, "", "", modified, 0, Optional.empty(), "",
                ContentCheck.none(), Map.of(), FileContent.none());
    }

    /** A symbolic link. */
    public static FileEntry link(String path, String target, Instant modified) {
        return new FileEntry(path, FileType.LINK, 0777, "", "", modified, 0, Optional.empty(), target,
                ContentCheck.none(), Map.of(), FileContent.none());
    }

    /** The same, owned by these. */
    public FileEntry ownedBy(String newOwner, String newGroup) {
        return new FileEntry(path, type, mode, newOwner, newGroup, modified, size, evidence, linkTarget, check,
                attributes, content);
    }

    /** The same with this evidence. */
    public FileEntry withEvidence(Evidence newEvidence) {
        return new FileEntry(path, type, mode, owner, group, modified, size, Optional.of(newEvidence), linkTarget,
                check, attributes, content);
    }

    /** The same with these attributes. */
    public FileEntry withAttributes(Map<String, String> newAttributes) {
        return new FileEntry(path, type, mode, owner, group, modified, size, evidence, linkTarget, check,
                newAttributes, content);
    }

    /** The same file with the bytes that were found in it. */
    public FileEntry withContent(long newSize, ContentCheck newCheck, FileContent newContent) {
        return new FileEntry(path, type, mode, owner, group, modified, newSize, evidence, linkTarget, newCheck,
                attributes, newContent);
    }
}
