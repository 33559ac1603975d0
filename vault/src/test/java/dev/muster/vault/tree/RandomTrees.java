// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.tree;

import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Random pieces of trees. */
final class RandomTrees {

    private final Random dice;

    RandomTrees(long seed) {
        this.dice = new Random(seed);
    }

    Digest digest() {
        byte[] bytes = new byte[32];
        dice.nextBytes(bytes);
        return Digest.of(bytes);
    }

    BlockRef ref() {
        return refIn(digest());
    }

    List<Part> parts(int count) {
        List<Digest> packs = List.of(digest(), digest(), digest());
        List<Part> parts = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            parts.add(dice.nextInt(4) == 0
                    ? new Part.Zeros(1 + (dice.nextLong() >>> dice.nextInt(24, 63)))
                    : new Part.Block(refIn(packs.get(dice.nextInt(3)))));
        }
        return parts;
    }

    Leaf leaf() {
        return new Leaf(parts(1 + dice.nextInt(256)));
    }

    Branch branch() {
        List<Branch.Child> children = new ArrayList<>();
        for (int left = 1 + dice.nextInt(256); left > 0; left--) {
            children.add(new Branch.Child(1 + (dice.nextLong() >>> dice.nextInt(10, 60)), ref()));
        }
        return new Branch(1 + dice.nextInt(7), children);
    }

    TableLeaf tableLeaf() {
        List<FileEntry> entries = new ArrayList<>();
        for (int at = 0; at < 1 + dice.nextInt(40); at++) {
            entries.add(entry("%05d/%d".formatted(at, dice.nextInt(1000))));
        }
        return new TableLeaf(entries);
    }

    TableBranch tableBranch() {
        List<TableBranch.Child> children = new ArrayList<>();
        for (int at = 0; at < 1 + dice.nextInt(256); at++) {
            children.add(new TableBranch.Child(EntryPath.bytes("%05d".formatted(at)), ref()));
        }
        return new TableBranch(1 + dice.nextInt(8), children);
    }

    Node node() {
        return switch (dice.nextInt(4)) {
            case 0 -> leaf();
            case 1 -> branch();
            case 2 -> tableLeaf();
            default -> tableBranch();
        };
    }

    FileEntry entry(String path) {
        Instant modified = Instant.ofEpochSecond(dice.nextInt(), dice.nextInt(1_000_000) * 1000L);
        FileEntry entry = switch (dice.nextInt(6)) {
            case 0 -> FileEntry.directory(path, 0700, modified);
            case 1 -> FileEntry.link(path, "../" + dice.nextInt(), modified);
            case 2 -> FileEntry.file(path, 0600, modified);
            case 3 -> FileEntry.file(path, 0600, modified)
                    .withContent(1 + dice.nextInt(1 << 30), check(), new FileContent.Tree(new TreeRoot(ref(), 2)));
            default -> {
                List<Part> parts = parts(1 + dice.nextInt(4));
                long size = parts.stream().mapToLong(Part::length).sum();
                yield FileEntry.file(path, 0640, modified).withContent(size, check(), new FileContent.Inline(parts));
            }
        };
        entry = dice.nextBoolean() ? entry.ownedBy("postgres", "données") : entry;
        entry = dice.nextBoolean() ? entry.withEvidence(new Evidence(dice.nextLong(), dice.nextLong())) : entry;
        return dice.nextInt(3) == 0 ? entry.withAttributes(Map.of("b", "", "a", "é" + dice.nextInt())) : entry;
    }

    private ContentCheck check() {
        return List.of(ContentCheck.none(), new ContentCheck.Crc32c(dice.nextInt()),
                new ContentCheck.Sha256(digest())).get(dice.nextInt(3));
    }

    private BlockRef refIn(Digest pack) {
        int plainLength = 1 + dice.nextInt(1 << 20);
        int frameLength = 97 + dice.nextInt(plainLength);
        return new BlockRef(digest(), pack, 48 + dice.nextInt(1 << 20), frameLength, plainLength);
    }

    Optional<byte[]> mutated(byte[] bytes) {
        byte[] changed = switch (dice.nextInt(3)) {
            case 0 -> Arrays.copyOf(bytes, dice.nextInt(bytes.length + 3));
            default -> bytes.clone();
        };
        for (int flips = dice.nextInt(3); flips > 0 && changed.length > 0; flips--) {
            changed[dice.nextInt(changed.length)] = (byte) dice.nextInt();
        }
        return Arrays.equals(bytes, changed) ? Optional.empty() : Optional.of(changed);
    }
}
