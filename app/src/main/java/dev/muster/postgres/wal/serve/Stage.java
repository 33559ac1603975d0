// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.disk.DirectoryTree;
import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory between the one who serves and the server's script. What is wanted, the script alone puts there and takes
 * away: so nothing that it waits for is overlooked, whenever either of the two looks. Safe for use by any thread.
 */
final class Stage {

    private static final String READY = "ready";
    private static final String ABSENT = "absent";
    private static final String FAILED = "failed";
    private static final String WANT = "want";
    private static final String MAKING = "making";
    private static final String ALIVE = "alive";
    private static final String SCRIPT = "restore.sh";
    private static final String GONE = ".gone";

    private final Path directory;
    private final OwnFile own;

    private Stage(Path directory, OwnFile own) {
        this.directory = directory;
        this.own = own;
    }

    /** The stage cannot be used. */
    static final class Unusable extends Fault {
        private static final long serialVersionUID = 1;

        Unusable(Path stage, IOException cause) {
            super(Notice.of("serve.stage", "The log cannot be put where the server looks for it: " + cause.getMessage(),
                    stage.toString(), "See that there is room, and that the directory belongs to the server's user.")
                    .because(cause));
        }
    }

    /** Work on the files of the stage. */
    private interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Makes a stage in a directory that does not exist, for the server's user alone.
     *
     * @param own gives files to the server's user
     */
    static Stage make(Path directory, OwnFile own) {
        var stage = new Stage(directory.toAbsolutePath(), own);
        stage.on(() -> {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectory(stage.directory, mode);
            for (var name : List.of(READY, ABSENT, FAILED, WANT, MAKING)) {
                own.own(Files.createDirectory(stage.directory.resolve(name), mode));
            }
            Files.writeString(stage.directory.resolve(SCRIPT), RestoreCommand.script(stage.directory));
            own.own(stage.directory.resolve(SCRIPT));
            own.own(stage.directory);
            return true;
        });
        return stage;
    }

    String restoreCommand() {
        return RestoreCommand.command(directory.resolve(SCRIPT));
    }

    Path directory() {
        return directory;
    }

    /** Shows the script that somebody serves. */
    void beat(long count) {
        put(ALIVE, Long.toString(count).getBytes(StandardCharsets.US_ASCII), directory);
    }

    /** The files that the script waits for. */
    List<String> wanted() {
        return names(WANT);
    }

    /** The files that are there and were not fetched yet. */
    List<String> ready() {
        return names(READY);
    }

    private List<String> names(String part) {
        return on(() -> {
            var names = new ArrayList<String>();
            try (var files = Files.newDirectoryStream(directory.resolve(part))) {
                files.forEach(file -> names.add(file.getFileName().toString()));
            }
            names.sort(null);
            return names;
        });
    }

    /** Makes a file ready, whole. */
    void deliver(String name, byte[] content) {
        put(name, content, directory.resolve(READY));
    }

    /** Says that there is no such file, for certain. */
    void absent(String name) {
        put(name, new byte[0], directory.resolve(ABSENT));
    }

    /** Says that the file cannot be had, and why. */
    void failed(String name, String why) {
        put(name, ("muster: " + why + "\n").getBytes(StandardCharsets.UTF_8),
                directory.resolve(FAILED));
    }

    /** Takes back a file that nobody fetched. */
    void discard(String name) {
        on(() -> Files.deleteIfExists(directory.resolve(READY).resolve(name)));
    }

    /** Whether the answer for a file is there, and was not fetched yet. */
    boolean answered(String name) {
        return Stream.of(READY, ABSENT, FAILED).anyMatch(part -> Files.exists(directory.resolve(part).resolve(name)));
    }

    private void put(String name, byte[] content, Path where) {
        on(() -> {
            var making = directory.resolve(MAKING).resolve(name);
            Files.write(making, content);
            Files.setPosixFilePermissions(making, PosixFilePermissions.fromString("rw-------"));
            own.own(making);
            return Files.move(making, where.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /** Removes all of it, at one moment for the script: one that runs then ends with trouble. */
    void remove() {
        on(() -> {
            var gone = Files.move(directory, directory.resolveSibling(directory.getFileName() + GONE),
                    StandardCopyOption.ATOMIC_MOVE);
            DirectoryTree.remove(gone);
            return true;
        });
    }

    private <T> T on(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new Unusable(directory, e);
        }
    }
}
