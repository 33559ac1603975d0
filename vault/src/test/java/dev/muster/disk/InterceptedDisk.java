// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process's view of a disk: every operation is numbered from 1 and shown to an interceptor before it is done, which
 * may fail it, skip it, do something else first, or end the process. Safe for use by any thread if the interceptor is;
 * the numbers are reproducible as long as one thread uses the disk.
 */
public final class InterceptedDisk implements Disk {

    /** What is about to be done. */
    public enum Operation {
        CREATE, OPEN, LINK, MOVE, UNLINK, MAKE_DIRECTORY, REMOVE_DIRECTORY, FORCE, NAMES, STAT, READ, WRITE, LENGTH
    }

    /**
     * An operation.
     *
     * @param number from 1
     * @param path what it is done to; for a link or move the new name
     */
    public record Step(int number, Operation operation, String path) {}

    /** Sees every operation before it is done. */
    @FunctionalInterface
    public interface Interceptor {

        /** Returns whether to go on; only operations without a result can be skipped. */
        boolean before(Step step) throws IOException;
    }

    /** The end of the process that used the disk: no error, so that nothing can handle it. */
    public static final class Stopped extends Error {

        private static final long serialVersionUID = 1;

        public Stopped(Step step) {
            super("stopped before " + step);
        }
    }

    private final Disk disk;
    private final Interceptor interceptor;
    private final AtomicInteger steps = new AtomicInteger();

    public InterceptedDisk(Disk disk, Interceptor interceptor) {
        this.disk = disk;
        this.interceptor = interceptor;
    }

    /** Lets the process end before this operation, and does nothing from then on. */
    public static Interceptor stoppingAt(int number) {
        return step -> {
            if (step.number() >= number) {
                throw new Stopped(step);
            }
            return true;
        };
    }

    /** How many operations there have been. */
    public int steps() {
        return steps.get();
    }

    private boolean before(Operation operation, String path) throws IOException {
        return interceptor.before(new Step(steps.incrementAndGet(), operation, path));
    }

    private void need(Operation operation, String path) throws IOException {
        if (!before(operation, path)) {
            throw new IllegalStateException(operation + " cannot be skipped");
        }
    }

    @Override
    public DiskFile create(String path) throws IOException {
        need(Operation.CREATE, path);
        return new InterceptedFile(disk.create(path), path);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        need(Operation.OPEN, path);
        return new InterceptedFile(disk.open(path), path);
    }

    @Override
    public DiskFile openToWrite(String path) throws IOException {
        need(Operation.OPEN, path);
        return new InterceptedFile(disk.openToWrite(path), path);
    }

    @Override
    public void link(String existing, String created) throws IOException {
        if (before(Operation.LINK, created)) {
            disk.link(existing, created);
        }
    }

    @Override
    public void move(String source, String target) throws IOException {
        if (before(Operation.MOVE, target)) {
            disk.move(source, target);
        }
    }

    @Override
    public void unlink(String path) throws IOException {
        if (before(Operation.UNLINK, path)) {
            disk.unlink(path);
        }
    }

    @Override
    public void makeDirectory(String path) throws IOException {
        if (before(Operation.MAKE_DIRECTORY, path)) {
            disk.makeDirectory(path);
        }
    }

    @Override
    public void removeDirectory(String path) throws IOException {
        if (before(Operation.REMOVE_DIRECTORY, path)) {
            disk.removeDirectory(path);
        }
    }

    @Override
    public void force(String path) throws IOException {
        if (before(Operation.FORCE, path)) {
            disk.force(path);
        }
    }

    @Override
    public void names(String directory, Names each) throws IOException {
        need(Operation.NAMES, directory);
        disk.names(directory, each);
    }

    @Override
    public Optional<Entry> stat(String path) throws IOException {
        need(Operation.STAT, path);
        return disk.stat(path);
    }

    @Override
    public String place() {
        return disk.place();
    }

    private final class InterceptedFile implements DiskFile {

        private final DiskFile file;
        private final String path;

        InterceptedFile(DiskFile file, String path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            need(Operation.WRITE, path);
            file.write(source, offset);
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            need(Operation.READ, path);
            return file.read(target, offset);
        }

        @Override
        public long length() throws IOException {
            need(Operation.LENGTH, path);
            return file.length();
        }

        @Override
        public void force() throws IOException {
            if (before(Operation.FORCE, path)) {
                file.force();
            }
        }

        @Override
        public void forceData() throws IOException {
            if (before(Operation.FORCE, path)) {
                file.forceData();
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
