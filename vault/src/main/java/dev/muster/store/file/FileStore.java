// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.disk.DiskFile;
import dev.muster.disk.LocalDisk;
import dev.muster.store.BlobInfo;
import dev.muster.store.Capabilities;
import dev.muster.store.Content;
import dev.muster.store.ExactStream;
import dev.muster.store.Interruption;
import dev.muster.store.Key;
import dev.muster.store.Marker;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import dev.muster.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory. An object is written to a temporary, forced, linked to the path of its key, which leaves what
 * is there, and the directories up to the store are forced: only then does the put return. The end of the process at
 * any point leaves a valid store and at most a temporary, which opening the store removes a day later.
 *
 * <p>The clock is that of the file system: a file is made and its time read. On a network file system it is the
 * server's; several machines may write to one directory if its mount shows them each other's changes at once (NFS:
 * {@code lookupcache=none,noac}). Where there are no hard links an object is moved to its key after a look whether
 * something is there: two processes that create one key with different bytes at the same moment can then overwrite each
 * other, which {@link Capabilities#conditionalPut} says.
 */
public final class FileStore implements Store {

    /** A temporary older than this has no writer any more. */
    private static final Duration TEMPORARY_AGE_MAX = Duration.ofHours(24);

    /** The coarsest time stamps of a file system in use: FAT's. */
    private static final Duration STORE_TIME_RESOLUTION = Duration.ofSeconds(2);

    private static final int LISTED_NAMES_MAX = 16_384;

    /** What an empty directory may hold: the top of an ext4 volume, and what was left of a creation that broke off. */
    private static final Set<String> EMPTY_HOLDS = Set.of("lost+found", Temporaries.DIRECTORY);

    /** Throws {@link StoreException.Absent} if the store is not here any more. */
    @FunctionalInterface
    private interface Presence {
        void check() throws IOException;
    }

    @FunctionalInterface
    private interface Step<R> {
        R run() throws IOException, InterruptedException;
    }

    private static final class RangeStream extends InputStream {

        private final DiskFile file;
        private long offset;

        RangeStream(DiskFile file, long offset) {
            this.file = file;
            this.offset = offset;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            var n = file.read(ByteBuffer.wrap(target, start, length), offset);
            offset += Math.max(n, 0);
            return n;
        }
    }

    private final Disk disk;
    private final Presence presence;
    private final @Nullable ObjectWriter writer;
    private final @Nullable Temporaries temporaries;
    private final boolean storeTimes;

    private FileStore(Disk disk, Presence presence, boolean storeTimes, @Nullable Temporaries temporaries,
            @Nullable ObjectWriter writer) {
        this.disk = disk;
        this.presence = presence;
        this.storeTimes = storeTimes;
        this.temporaries = temporaries;
        this.writer = writer;
    }

    /**
     * Makes a store and opens it.
     *
     * @param directory empty, or missing in a directory that exists
     * @param random names temporaries and the store itself: must not repeat in another process
     * @throws StoreException.AlreadyExists if something is in the directory
     */
    public static FileStore create(Path directory, RandomGenerator random) throws InterruptedException {
        return attempt(directory.toString(), () -> create(LocalDisk.make(directory), random));
    }

    /**
     * Opens a store for reading and writing.
     *
     * @param random names temporaries: must not repeat in another process
     * @throws StoreException.Absent if the directory is not marked as a store, as when its volume is not mounted
     */
    public static FileStore open(Path directory, RandomGenerator random) throws InterruptedException {
        return open(LocalDisk.at(directory), random);
    }

    /**
     * Opens a store, or a directory into which any tool has copied the objects of any store, for reading. Nothing is
     * written: its put, delete and now are denied.
     *
     * @throws StoreException.Absent if the directory is missing or empty
     */
    public static FileStore openReadOnly(Path directory) throws InterruptedException {
        return openReadOnly(LocalDisk.at(directory));
    }

    /** Makes a store on this disk, whose tree exists, and opens it; see {@link #create(Path, RandomGenerator)}. */
    public static FileStore create(Disk disk, RandomGenerator random) throws InterruptedException {
        return attempt(disk.place(), () -> {
            refuseUnlessEmpty(disk);
            // The marker comes last: a creation that breaks off leaves a directory that still counts as empty.
            try {
                writerOn(disk, new Temporaries(disk, random)).put(Marker.NAME, Marker.of(random).asContent());
            } catch (FileAlreadyExistsException _) {
                throw StoreException.AlreadyExists.notEmpty(disk.place(), "a store");
            }
            return open(disk, random);
        });
    }

    /** Opens the store on this disk; see {@link #open(Path, RandomGenerator)}. */
    public static FileStore open(Disk disk, RandomGenerator random) throws InterruptedException {
        return attempt(disk.place(), () -> {
            var marker = MarkerFile.read(disk);
            // Whoever made the store may have died before it was durable.
            disk.force("");
            var temporaries = new Temporaries(disk, random);
            var writer = writerOn(disk, temporaries);
            temporaries.clean(TEMPORARY_AGE_MAX);
            return new FileStore(disk, () -> MarkerFile.check(marker, disk), true, temporaries, writer);
        });
    }

    /** Opens what is on this disk for reading; see {@link #openReadOnly(Path)}. */
    public static FileStore openReadOnly(Disk disk) throws InterruptedException {
        return attempt(disk.place(), () -> {
            Presence presence = () -> refuseIfEmpty(disk);
            presence.check();
            var marked = disk.stat(Marker.NAME).isPresent();
            if (marked) {
                var marker = MarkerFile.read(disk);
                presence = () -> MarkerFile.check(marker, disk);
            }
            return new FileStore(disk, presence, marked, null, null);
        });
    }

    @Override
    public BlobInfo put(Key key, Content content) throws InterruptedException {
        return verb(subject(key), () -> {
            var writing = writable(writer);
            presence.check();
            try {
                var written = writing.put(key.value(), content);
                return BlobInfo.of(key, written.length(), written.modified());
            } catch (FileAlreadyExistsException _) {
                throw StoreException.AlreadyExists.of(key, place());
            }
        });
    }

    @Override
    public <R> R get(Key key, Range range, Reading<R> reading) throws InterruptedException {
        return verb(subject(key), () -> {
            try (var file = open(key)) {
                var extent = range.within(file.length())
                        .orElseThrow(() -> StoreException.OutOfRange.of(key, place(), range));
                var bytes = new RangeStream(file, extent.offset());
                return ExactStream.run(bytes, extent.length(), subject(key), reading);
            }
        });
    }

    @Override
    public Optional<BlobInfo> stat(Key key) throws InterruptedException {
        return verb(subject(key), () -> {
            var entry = disk.stat(key.value()).filter(Disk.Entry::file);
            if (entry.isEmpty()) {
                presence.check();
            }
            return entry.map(found -> BlobInfo.of(key, found.length(), found.modified()));
        });
    }

    @Override
    public void list(Prefix prefix, Each each) throws InterruptedException {
        verb(place(), () -> {
            presence.check();
            new Walk(disk, LISTED_NAMES_MAX).list(prefix, each);
            // A volume that went away meanwhile looked like empty directories.
            presence.check();
            return true;
        });
    }

    @Override
    public void delete(Key key) throws InterruptedException {
        verb(subject(key), () -> {
            var writing = writable(writer);
            presence.check();
            writing.delete(key.value());
            return true;
        });
    }

    @Override
    public Instant now() throws InterruptedException {
        return verb(place(), () -> {
            var stamped = writable(temporaries);
            presence.check();
            return stamped.now();
        });
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(false, false, writer != null && writer.linking(), Capabilities.Listing.STRONG,
                Long.MAX_VALUE, storeTimes, STORE_TIME_RESOLUTION);
    }

    @Override
    public String place() {
        return disk.place();
    }

    @Override
    public void close() {
        // Files are open only during a verb.
    }

    private DiskFile open(Key key) throws IOException {
        try {
            return disk.open(key.value());
        } catch (NoSuchFileException _) {
            presence.check();
            throw StoreException.NotFound.of(key, place());
        }
    }

    private <T> T writable(@Nullable T part) {
        if (part == null) {
            throw StoreException.Denied.readOnly(place());
        }
        return part;
    }

    private String subject(Key key) {
        return key + " in " + place();
    }

    private <R> R verb(String subject, Step<R> step) throws InterruptedException {
        Step<R> whilePresent = () -> {
            try {
                return step.run();
            } catch (NoSuchFileException e) {
                presence.check();
                throw StoreException.Transient.of(subject, e);
            }
        };
        return attempt(subject, whilePresent);
    }

    private static <R> R attempt(String subject, Step<R> step) throws InterruptedException {
        Interruption.check();
        try {
            return step.run();
        } catch (IOException e) {
            if (Interruption.is(e)) {
                throw Interruption.of(e);
            }
            throw switch (e) {
                case NoSuchFileException _ -> StoreException.Absent.of(subject, "there is no such directory");
                case AccessDeniedException _ -> StoreException.Denied.of(subject, e);
                case Disk.ReadOnlyException _ -> StoreException.Denied.readOnly(subject);
                case Disk.NoRoomException _ -> StoreException.Full.of(subject, e);
                default -> StoreException.Transient.of(subject, e);
            };
        }
    }

    private static ObjectWriter writerOn(Disk disk, Temporaries temporaries) throws IOException {
        temporaries.prepare();
        return new ObjectWriter(disk, temporaries, temporaries.canLink());
    }

    private static void refuseUnlessEmpty(Disk disk) throws IOException {
        disk.names("", name -> {
            if (name.equals(Marker.NAME)) {
                throw StoreException.AlreadyExists.notEmpty(disk.place(), "a store");
            }
            if (!EMPTY_HOLDS.contains(name)) {
                throw StoreException.AlreadyExists.notEmpty(disk.place(), name);
            }
        });
    }

    private static void refuseIfEmpty(Disk disk) throws IOException {
        var names = new AtomicInteger();
        try {
            disk.names("", _ -> names.incrementAndGet());
        } catch (NoSuchFileException _) {
            throw StoreException.Absent.of(disk.place(), "there is no such directory");
        }
        if (names.get() == 0) {
            throw StoreException.Absent.of(disk.place(), "the directory is empty");
        }
    }
}
