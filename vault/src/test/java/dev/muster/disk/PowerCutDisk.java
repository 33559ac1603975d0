// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses at a power cut what a POSIX file system may lose.
 * <ul>
 * <li>Bytes that were not forced since they were written: all kept, all lost, cut short, or page by page kept, lost or
 * torn between sectors, as delayed allocation and write-back leave them. What is lost is what it was when it was forced,
 * or zeros if it never was.
 * <li>Changes to directories (creations, links, moves, unlinks, new directories) that were not forced, each by itself:
 * a later one may be kept and an earlier one lost, and a name may be kept whose bytes are lost. A move is kept or lost
 * as a whole, and a change that builds on a lost change of the same name is lost with it, as journals guarantee.
 * </ul>
 * What is lost is decided by the seed. Forcing a file does not keep its name, forcing a directory does not keep the
 * bytes of its files nor its own name in the directory above. Safe for use by any thread.
 */
public final class PowerCutDisk implements Disk {

    private static final int PAGE_BYTES = 4_096;
    private static final int SECTOR_BYTES = 512;

    private abstract static sealed class Node {}

    private static final class FileNode extends Node {

        private byte[] live = {};
        private byte[] durable = {};
        private Instant modified;

        FileNode(Instant modified) {
            this.modified = modified;
        }
    }

    private static final class DirectoryNode extends Node {

        private final TreeMap<String, Node> live = new TreeMap<>();
        private final TreeMap<String, Node> durable = new TreeMap<>();
    }

    /** One name in one directory. */
    private record Slot(DirectoryNode directory, String name) {}

    /** What names meant after one operation; null for a name that was taken away. */
    private static final class Change {

        private final Map<Slot, @Nullable Node> after;

        Change(Map<Slot, @Nullable Node> after) {
            this.after = after;
        }

        boolean touches(DirectoryNode directory) {
            return after.keySet().stream().anyMatch(slot -> slot.directory == directory);
        }

        boolean touchesAny(Set<Slot> slots) {
            return after.keySet().stream().anyMatch(slots::contains);
        }

        void makeDurable() {
            after.forEach((slot, node) -> set(slot.directory.durable, slot.name, node));
        }

        void make() {
            after.forEach((slot, node) -> set(slot.directory.live, slot.name, node));
        }

        private static void set(Map<String, Node> names, String name, @Nullable Node node) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    private final long seed;
    private final InstantSource clock;
    private final DirectoryNode root;
    private final List<Change> pending = new ArrayList<>();
    private boolean dark;

    /** An empty disk. */
    public PowerCutDisk(long seed, InstantSource clock) {
        this(seed, clock, new DirectoryNode());
    }

    private PowerCutDisk(long seed, InstantSource clock, DirectoryNode root) {
        this.seed = seed;
        this.clock = clock;
        this.root = root;
    }

    /** Cuts the power: this disk fails from now on, and what is left comes back as another disk. */
    public synchronized PowerCutDisk cut() {
        dark = true;
        var random = new Random(seed);
        var kept = random.nextInt(5) / 4.0;
        var lost = new HashSet<Slot>();
        for (var change : pending) {
            if (!change.touchesAny(lost) && random.nextDouble() < kept) {
                change.makeDurable();
            } else {
                lost.addAll(change.after.keySet());
            }
        }
        var survivors = new IdentityHashMap<FileNode, FileNode>();
        return new PowerCutDisk(random.nextLong(), clock, survivor(root, survivors, random));
    }

    private static DirectoryNode survivor(DirectoryNode directory, Map<FileNode, FileNode> files, Random random) {
        var survivor = new DirectoryNode();
        directory.durable.forEach((name, node) -> survivor.durable.put(name, switch (node) {
            case DirectoryNode below -> survivor(below, files, random);
            case FileNode file -> files.computeIfAbsent(file, lost -> survivor(lost, random));
        }));
        survivor.live.putAll(survivor.durable);
        return survivor;
    }

    private static FileNode survivor(FileNode file, Random random) {
        var survivor = new FileNode(file.modified);
        survivor.durable = switch (Arrays.equals(file.live, file.durable) ? 0 : random.nextInt(6)) {
            case 0 -> file.live;
            case 1 -> file.durable;
            case 2 -> Arrays.copyOf(file.live, random.nextInt(file.durable.length, file.live.length + 1));
            case 3 -> Arrays.copyOf(file.durable, file.live.length);
            default -> pageByPage(file, random);
        };
        survivor.live = survivor.durable;
        return survivor;
    }

    /** Pages that were not written to since they were forced stay as they are. */
    private static byte[] pageByPage(FileNode file, Random random) {
        var after = Arrays.copyOf(file.durable, file.live.length);
        for (var page = 0; page < after.length; page += PAGE_BYTES) {
            var end = Math.min(page + PAGE_BYTES, after.length);
            if (!Arrays.equals(after, page, end, file.live, page, end)) {
                var kept = switch (random.nextInt(3)) {
                    case 0 -> end - page;
                    case 1 -> 0;
                    default -> Math.min(end - page, random.nextInt(PAGE_BYTES / SECTOR_BYTES) * SECTOR_BYTES);
                };
                System.arraycopy(file.live, page, after, page, kept);
            }
        }
        return after;
    }

    @Override
    public synchronized DiskFile create(String path) throws IOException {
        var slot = slot(path);
        refuseExisting(slot, path);
        var file = new FileNode(clock.instant());
        change(Map.of(slot, file));
        return new OpenFile(file, true);
    }

    @Override
    public synchronized DiskFile open(String path) throws IOException {
        return new OpenFile(file(path), false);
    }

    @Override
    public synchronized DiskFile openToWrite(String path) throws IOException {
        return new OpenFile(file(path), true);
    }

    @Override
    public synchronized void link(String existing, String created) throws IOException {
        var file = file(existing);
        var slot = slot(created);
        refuseExisting(slot, created);
        change(Map.of(slot, file));
    }

    @Override
    public synchronized void move(String source, String target) throws IOException {
        var file = file(source);
        var after = new HashMap<Slot, @Nullable Node>();
        after.put(slot(source), null);
        after.put(slot(target), file);
        change(after);
    }

    @Override
    public synchronized void unlink(String path) throws IOException {
        file(path);
        var after = new HashMap<Slot, @Nullable Node>();
        after.put(slot(path), null);
        change(after);
    }

    @Override
    public synchronized void makeDirectory(String path) throws IOException {
        var slot = slot(path);
        refuseExisting(slot, path);
        change(Map.of(slot, new DirectoryNode()));
    }

    @Override
    public synchronized void removeDirectory(String path) throws IOException {
        if (!(node(path) instanceof DirectoryNode directory)) {
            throw new NoSuchFileException(path);
        }
        if (!directory.live.isEmpty()) {
            throw new DirectoryNotEmptyException(path);
        }
        var after = new HashMap<Slot, @Nullable Node>();
        after.put(slot(path), null);
        change(after);
    }

    @Override
    public synchronized void force(String path) throws IOException {
        switch (node(path)) {
            case FileNode file -> file.durable = file.live;
            case DirectoryNode directory -> settle(directory);
            case null -> throw new NoSuchFileException(path);
        }
    }

    @Override
    public void names(String directory, Names each) throws IOException {
        for (var name : namesNow(directory)) {
            each.accept(name);
        }
    }

    private synchronized List<String> namesNow(String directory) throws IOException {
        if (node(directory) instanceof DirectoryNode found) {
            return List.copyOf(found.live.keySet());
        }
        throw new NoSuchFileException(directory);
    }

    @Override
    public synchronized Optional<Entry> stat(String path) throws IOException {
        return switch (node(path)) {
            case FileNode file -> Optional.of(new Entry(true, false, file.live.length, file.modified));
            case DirectoryNode _ -> Optional.of(new Entry(false, true, 0, Instant.EPOCH));
            case null -> Optional.empty();
        };
    }

    @Override
    public String place() {
        return "a disk in memory, seed " + seed;
    }

    /** Makes the entries of a directory durable, and those changes elsewhere that they build on. */
    private void settle(DirectoryNode directory) {
        var needed = new HashSet<Slot>();
        var settled = new ArrayList<Change>();
        for (var change : pending.reversed()) {
            if (change.touches(directory) || change.touchesAny(needed)) {
                settled.addFirst(change);
                needed.addAll(change.after.keySet());
            }
        }
        settled.forEach(Change::makeDurable);
        pending.removeAll(settled);
    }

    private void change(Map<Slot, @Nullable Node> after) {
        var change = new Change(after);
        change.make();
        pending.add(change);
    }

    private Slot slot(String path) throws IOException {
        var above = path.lastIndexOf('/');
        if (node(path.substring(0, Math.max(0, above))) instanceof DirectoryNode directory) {
            return new Slot(directory, path.substring(above + 1));
        }
        throw new NoSuchFileException(path);
    }

    private static void refuseExisting(Slot slot, String path) throws IOException {
        if (slot.directory.live.containsKey(slot.name)) {
            throw new FileAlreadyExistsException(path);
        }
    }

    private FileNode file(String path) throws IOException {
        if (node(path) instanceof FileNode file) {
            return file;
        }
        throw new NoSuchFileException(path);
    }

    private @Nullable Node node(String path) throws IOException {
        requirePower();
        Node node = root;
        if (!path.isEmpty()) {
            for (var name : path.split("/", -1)) {
                node = node instanceof DirectoryNode directory ? directory.live.get(name) : null;
            }
        }
        return node;
    }

    private void requirePower() throws IOException {
        if (dark) {
            throw new IOException("the power is cut");
        }
    }

    private final class OpenFile implements DiskFile {

        private final FileNode file;
        private final boolean created;

        OpenFile(FileNode file, boolean created) {
            this.file = file;
            this.created = created;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            synchronized (PowerCutDisk.this) {
                requirePower();
                if (!created) {
                    throw new IOException("opened for reading");
                }
                var end = Math.toIntExact(offset + source.remaining());
                // A new array each time: the durable one may be the same.
                var changed = Arrays.copyOf(file.live, Math.max(file.live.length, end));
                source.get(changed, Math.toIntExact(offset), source.remaining());
                file.live = changed;
                file.modified = clock.instant();
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            synchronized (PowerCutDisk.this) {
                requirePower();
                if (offset >= file.live.length) {
                    return -1;
                }
                var length = (int) Math.min(target.remaining(), file.live.length - offset);
                target.put(file.live, (int) offset, length);
                return length;
            }
        }

        @Override
        public long length() throws IOException {
            synchronized (PowerCutDisk.this) {
                requirePower();
                return file.live.length;
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (PowerCutDisk.this) {
                requirePower();
                file.durable = file.live;
            }
        }

        @Override
        public void forceData() throws IOException {
            force();
        }

        @Override
        public void close() {
            // A handle holds nothing.
        }
    }
}
