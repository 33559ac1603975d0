// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.disk.Disk;
import dev.muster.disk.DiskFile;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wal.record.ValidEnd;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the spool has of one history. One thread appends and forces; any thread reads, and asks how far it is.
 */
public final class SpooledLog implements WalSource, AutoCloseable {

    private final Disk disk;
    private final String directory;
    private final WalSegmentSize size;
    private final SegmentFiles files;
    private final AsideFiles aside;
    private Description description;
    private @Nullable DiskFile current;

    /** Position after the last byte that was written; it is in the current segment, or at its end. */
    private volatile long received;
    private volatile long durable;

    private SpooledLog(Disk disk, String directory, Description description) {
        this.disk = disk;
        this.directory = directory;
        this.description = description;
        this.size = new WalSegmentSize(description.lineage().segmentBytes());
        this.aside = new AsideFiles(disk, directory, size);
        this.files = new SegmentFiles(disk, directory, TimelineId.of(description.lineage().origin().timeline()), size);
    }

    /** Makes room for a history of which nothing was received yet. */
    static SpooledLog create(Disk disk, Description description, Lsn from) throws IOException {
        var lineage = description.lineage();
        var directory = lineage.incarnation().hex();
        disk.makeDirectory(directory);
        var log = new SpooledLog(disk, directory, description);
        if (lineage.origin().history().length > 0) {
            log.replace(lineage.historyFileName(), lineage.origin().history());
        }
        log.describe();
        disk.force("");
        log.aside.find();
        log.received = from.value();
        log.durable = log.received;
        return log;
    }

    /** What is there of a history: nothing, or a log; and what was found missing. */
    record Found(Optional<SpooledLog> log, Optional<SpoolCut> cut) {

        static final Found NOTHING = new Found(Optional.empty(), Optional.empty());
    }

    /** What is there of a history. */
    static Found open(Disk disk, String directory) throws IOException {
        var path = directory + "/" + Description.FILE;
        if (disk.stat(path).isEmpty()) {
            return Found.NOTHING;
        }
        var text = read(disk, path);
        var withoutHistory = Description.decode(path, text, new byte[0]).lineage();
        var historyPath = directory + "/" + withoutHistory.historyFileName();
        var history = disk.stat(historyPath).isPresent() ? read(disk, historyPath) : new byte[0];
        var log = new SpooledLog(disk, directory, Description.decode(path, text, history));
        if (!log.checked()) {
            return Found.NOTHING;
        }
        log.aside.find();
        var aside = log.files.find(log.description.keptFrom(), log.aside);
        log.find();
        return new Found(log.files.isEmpty() ? Optional.empty() : Optional.of(log),
                aside.isPresent() ? Optional.of(log.cut(aside.getAsInt())) : Optional.empty());
    }

    private SpoolCut cut(int files) {
        return new SpoolCut(lineage().incarnation(), received(), files, aside.place());
    }

    /** Reads anew what is there, after something was found missing that was there before. Nobody writes meanwhile. */
    Found again() throws IOException {
        close();
        var found = open(disk, directory);
        var there = found.log.map(log -> log.files.numbers()).orElse(Set.of());
        return found.cut.isPresent() || there.containsAll(files.numbers())
                ? found
                : new Found(found.log, Optional.of(found.log.orElse(this).cut(0)));
    }

    private void find() {
        if (files.isEmpty()) {
            received = description.keptFrom().orElse(Lsn.ZERO).value();
            durable = received;
            return;
        }
        var start = files.last() * size.bytes();
        received = files.isWhole(files.last()) ? start + size.bytes() : validEnd(start);
        durable = received;
    }

    /** Where the records of the partial segment that begins here end, followed from where they can be checked. */
    private long validEnd(long start) {
        var end = ValidEnd.of(this::readPage, size, new Lsn(checkableFrom(start))).value();
        return Long.compareUnsigned(end, start) < 0 ? start : Math.min(end, start + size.bytes());
    }

    /** The beginning of the segment in which the record begins that goes on in the segment that begins here. */
    private long checkableFrom(long segmentStart) {
        var from = segmentStart;
        var goesBack = rest(from) > 0;
        while (goesBack && Long.divideUnsigned(from, size.bytes()) > files.first()) {
            from -= size.bytes();
            goesBack = rest(from) >= ValidEnd.recordBytes(size);
        }
        return from;
    }

    private long rest(long segmentStart) {
        return ValidEnd.restAtStart(this::readPage, size, new Lsn(segmentStart));
    }

    private boolean readPage(long lsn, byte[] target, int length) {
        try {
            return files.read(lsn, target, 0, length);
        } catch (IOException e) {
            throw SpoolFault.of(directory, e);
        }
    }

    /** Where it lies. */
    String directory() {
        return directory;
    }

    /** Whose log this is. */
    public synchronized Lineage lineage() {
        return description.lineage();
    }

    /** Whether the repository knows the lineage. */
    public synchronized boolean announced() {
        return description.announced();
    }

    /** Remembers that the repository knows the lineage. */
    public synchronized void setAnnounced() {
        change(description.announcedNow());
    }

    /** Whether what was received is known to follow what came before it. */
    public synchronized boolean checked() {
        return description.checked();
    }

    /** Remembers that what was received follows what came before it. */
    public synchronized void setChecked() {
        change(description.checkedNow());
    }

    /** Where the history ended because its timeline did; empty while it may go on. */
    public synchronized Optional<Lsn> end() {
        return description.end();
    }

    /** Remembers that the history ends where it has been received to. */
    public synchronized void setEnded() {
        change(description.endedAt(received()));
    }

    /** Makes it the log of another history, which has the same bytes; returns false if this one has ended. */
    synchronized boolean become(Lineage other) {
        if (description.end().isPresent()) {
            return false;
        }
        change(description.of(other));
        return true;
    }

    /** How large its segments are. */
    public WalSegmentSize segmentSize() {
        return size;
    }

    /** Position of the first byte that is there. */
    public synchronized Lsn first() {
        return files.isEmpty() ? received() : new Lsn(files.first() * size.bytes());
    }

    /** Position after the last byte that was written. */
    public Lsn received() {
        return new Lsn(received);
    }

    /** Position after the last byte that was forced. */
    public Lsn durable() {
        return new Lsn(durable);
    }

    /** Position from which on bytes can be written again: the beginning of the partial segment. */
    public Lsn writableFrom() {
        var segment = received().segmentStart(size);
        return files.contains(received().segmentNumber(size)) ? segment : received();
    }

    /** How much room it takes. */
    public long bytes() {
        return files.bytes();
    }

    /** Whether these bytes, which must have been received, are the ones that were received. */
    public boolean holds(Lsn lsn, ByteBuffer bytes) {
        var there = new byte[bytes.remaining()];
        read(lsn.value(), there, 0, there.length);
        return bytes.equals(ByteBuffer.wrap(there));
    }

    /**
     * Writes the bytes that follow, or writes bytes of the partial segment once more, which must be the same.
     *
     * @param lsn at most {@link #received}, and not before the partial segment
     * @param bytes are consumed
     */
    public void append(Lsn lsn, ByteBuffer bytes) {
        if (lsn.isAfter(received())) {
            throw new IllegalArgumentException(lsn + " leaves a gap after " + received());
        }
        var at = lsn.value();
        try {
            while (bytes.hasRemaining()) {
                var offset = new Lsn(at).offsetInSegment(size);
                var here = Math.min(bytes.remaining(), size.bytes() - offset);
                current(Long.divideUnsigned(at, size.bytes())).write(bytes.slice(bytes.position(), here), offset);
                bytes.position(bytes.position() + here);
                at += here;
                received = WalSpan.later(received, at);
                finishIfWhole(at);
            }
        } catch (IOException e) {
            throw SpoolFault.of(directory, e);
        }
    }

    private DiskFile current(long segment) throws IOException {
        var file = current;
        if (file == null) {
            file = files.contains(segment) ? files.reopen(segment, received) : files.create(segment);
            current = file;
        }
        return file;
    }

    private void finishIfWhole(long at) throws IOException {
        var file = current;
        if (file != null && Long.remainderUnsigned(at, size.bytes()) == 0) {
            file.forceData();
            durable = WalSpan.later(durable, at);
            file.close();
            current = null;
            files.finish(Long.divideUnsigned(at - 1, size.bytes()));
        }
    }

    /** Makes durable what was received. */
    public void force() {
        var file = current;
        var until = received;
        if (file != null) {
            try {
                file.forceData();
            } catch (IOException e) {
                throw SpoolFault.of(directory, e);
            }
        }
        durable = until;
    }

    /** Reads bytes that were received, across segments. */
    @Override
    public void read(long lsn, byte[] target, int offset, int length) {
        var done = 0;
        try {
            while (done < length) {
                var here = Math.min(length - done, size.bytes() - new Lsn(lsn + done).offsetInSegment(size));
                if (!files.read(lsn + done, target, offset + done, here)) {
                    throw new SpoolFault.Damaged("a segment is missing or cut",
                            directory + " at " + new Lsn(lsn + done));
                }
                done += here;
            }
        } catch (IOException e) {
            throw SpoolFault.of(directory, e);
        }
    }

    /**
     * Removes segments that lie wholly before this position. The one before it stays, to be compared with what a server
     * sends after it, and so do those in which a record begins that goes on past it.
     */
    public void release(Lsn below) {
        if (files.isEmpty()) {
            return;
        }
        var next = below.segmentStart(size).value();
        var there = files.contains(Long.divideUnsigned(next, size.bytes())) ? next : next - size.bytes();
        var keep = Long.divideUnsigned(checkableFrom(there), size.bytes()) - (there == next ? 1 : 0);
        try {
            removeBefore(keep);
            aside.release(below.value());
        } catch (IOException e) {
            throw SpoolFault.of(directory, e);
        }
    }

    /** Says first from where on the log is kept: if a removal does not last, the segment is known to be stale. */
    private void removeBefore(long keep) throws IOException {
        var first = files.first();
        while (first < Math.min(keep, files.last()) && files.isWhole(first)) {
            first++;
        }
        if (first > files.first()) {
            setKeptFrom(first);
        }
        while (files.first() < first) {
            files.remove(files.first());
        }
    }

    private synchronized void setKeptFrom(long segment) {
        change(description.keptFromNow(new Lsn(segment * size.bytes())));
    }

    /** Removes all of it. */
    void remove() throws IOException {
        close();
        if (!files.isEmpty()) {
            // Removals last in any order: whichever are left, none of them is missed.
            setKeptFrom(files.last() + 1);
        }
        while (!files.isEmpty()) {
            files.remove(files.first());
        }
        disk.unlink(directory + "/" + Description.FILE);
        var history = directory + "/" + lineage().historyFileName();
        if (disk.stat(history).isPresent()) {
            disk.unlink(history);
        }
        disk.force(directory);
        disk.removeDirectory(directory);
        disk.force("");
    }

    private void change(Description changed) {
        description = changed;
        try {
            describe();
        } catch (IOException e) {
            throw SpoolFault.of(directory, e);
        }
    }

    private void describe() throws IOException {
        replace(Description.FILE, description.encode());
    }

    private void replace(String name, byte[] content) throws IOException {
        var fresh = directory + "/" + name + ".new";
        if (disk.stat(fresh).isPresent()) {
            disk.unlink(fresh);
        }
        try (var file = disk.create(fresh)) {
            file.write(ByteBuffer.wrap(content), 0);
            file.force();
        }
        disk.move(fresh, directory + "/" + name);
        disk.force(directory);
    }

    private static byte[] read(Disk disk, String path) throws IOException {
        try (var file = disk.open(path)) {
            var content = ByteBuffer.allocate(Math.toIntExact(file.length()));
            while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
                // Each call reads what it can.
            }
            return Arrays.copyOf(content.array(), content.position());
        }
    }

    /** Lets go of the file that is being written; what was not forced may be lost. */
    @Override
    public void close() {
        var file = current;
        current = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw SpoolFault.of(directory, e);
            }
        }
    }
}
