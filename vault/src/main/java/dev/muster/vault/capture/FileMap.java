// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileContent;
import dev.muster.vault.tree.FileEntry;
import dev.muster.vault.tree.FileTree;
import dev.muster.vault.tree.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tree of one file in the making, by the leaves as they become durable. Belongs to the {@link Mapper}. */
final class FileMap {

    private final Mapper mapper;
    private final Deque<Draft> leaves = new ArrayDeque<>();
    private @Nullable FileTree tree;
    private @Nullable List<Part> first;
    private @Nullable FileEntry entry;
    private long size;
    private boolean ended;

    FileMap(Mapper mapper) {
        this.mapper = mapper;
    }

    /** What the sink found out; before {@link #end}. */
    void describe(FileEntry draft, long newSize, ContentCheck check) {
        entry = draft.withContent(0, check, FileContent.none());
        size = newSize;
    }

    /** The next leaf. */
    void add(List<DraftPart> parts) throws InterruptedException {
        Draft draft = new Draft(parts);
        leaves.add(draft);
        for (DraftPart part : parts) {
            if (part instanceof DraftPart.Fresh(PendingFrame frame) && !frame.isDurable()) {
                draft.missing++;
                frame.whenDurable(() -> arrived(draft));
            }
        }
        advance();
    }

    /** There are no more leaves. */
    void end() throws InterruptedException {
        ended = true;
        advance();
    }

    private void arrived(Draft draft) {
        draft.missing--;
        if (draft.missing == 0) {
            mapper.soon(this::advance);
        }
    }

    private void advance() throws InterruptedException {
        while (!leaves.isEmpty() && leaves.getFirst().missing == 0) {
            Draft draft = leaves.removeFirst();
            grow(draft.united());
            mapper.mapped(draft.parts.size());
        }
        if (ended && leaves.isEmpty()) {
            ended = false;
            finish();
        }
    }

    /** The first leaf is kept until it is known whether it is the only one. */
    private void grow(List<Part> parts) throws InterruptedException {
        List<Part> held = first;
        if (tree == null && held == null) {
            first = parts;
            return;
        }
        FileTree growing = tree();
        if (held != null) {
            growing.add(held);
            first = null;
        }
        growing.add(parts);
    }

    private void finish() throws InterruptedException {
        List<Part> only = first;
        if (tree == null && (only == null || only.size() <= FileContent.Inline.PARTS_MAX)) {
            tree().inline(only == null ? List.of() : only);
            return;
        }
        if (only != null) {
            tree().add(only);
        }
        tree().end();
    }

    private FileTree tree() {
        FileTree existing = tree;
        if (existing == null) {
            existing = new FileTree(mapper.maps(), this::finished);
            tree = existing;
        }
        return existing;
    }

    private void finished(FileContent content) {
        FileEntry described = entry;
        if (described == null) {
            throw new IllegalStateException("a file ended that nobody described");
        }
        mapper.add(described.withContent(size, described.check(), content));
    }

    private static final class Draft {

        private final List<DraftPart> parts;
        private int missing;

        Draft(List<DraftPart> parts) {
            this.parts = parts;
        }

        /** As a leaf has them: zeros that lie side by side are one part. */
        List<Part> united() {
            List<Part> united = new ArrayList<>();
            for (DraftPart draft : parts) {
                Part part = draft.part();
                boolean joins = part instanceof Part.Zeros && !united.isEmpty()
                        && united.getLast() instanceof Part.Zeros
                        && united.getLast().length() + part.length() <= Part.Zeros.LENGTH_MAX;
                if (joins) {
                    part = new Part.Zeros(united.removeLast().length() + part.length());
                }
                united.add(part);
            }
            return united;
        }
    }
}
