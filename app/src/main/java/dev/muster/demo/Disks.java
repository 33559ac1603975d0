// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.disk.DirectoryTree;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The directories that stand for disks: one that the server has all to itself and that is lost with it, one for what must
 * outlive it, and one for what is recovered.
 *
 * @param root holds all of them
 */
record Disks(Path root) {

    private static final String ENTERED_BY_ALL = "rwx--x--x";
    private static final String OURS = "rwx------";

    /**
     * Makes those that exist from the beginning.
     *
     * @param directory empty or not there yet; none for a new one among temporary files
     * @throws DemoFault.Directory if it cannot be had
     */
    static Disks make(Optional<Path> directory, Path temporary) {
        try {
            var disks = new Disks(directory.isPresent()
                    ? empty(directory.get())
                    : Files.createTempDirectory(temporary,
                            "muster-demo-"));
            // The server runs as another user when we are root, and has to find its way in.
            Files.setPosixFilePermissions(disks.root, PosixFilePermissions.fromString(ENTERED_BY_ALL));
            make(disks.primary(), ENTERED_BY_ALL);
            make(disks.safe(), OURS);
            make(disks.recovered(), ENTERED_BY_ALL);
            return disks;
        } catch (IOException e) {
            throw new DemoFault.Directory("make its directories", directory.orElse(temporary).toString(), e);
        }
    }

    private static Path empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (var entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(directory.toString());
            }
        }
        return directory.toAbsolutePath();
    }

    private static void make(Path directory, String mode) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    }

    /** The disk of the server, and of nothing that is needed once it is lost. */
    Path primary() {
        return root.resolve("disk-a");
    }

    /** The server's data directory. */
    Path data() {
        return primary().resolve("data");
    }

    /** The disk of the repository and the receiver. */
    Path safe() {
        return root.resolve("disk-b");
    }

    Path repository() {
        return safe().resolve("repository");
    }

    Path keyFile() {
        return safe().resolve("clinic.key");
    }

    Path configuration() {
        return safe().resolve("muster.yaml");
    }

    Path state() {
        return safe().resolve("state");
    }

    Path receiverLog() {
        return safe().resolve("receiver.log");
    }

    /** Where recovered servers get their data directories. */
    Path recovered() {
        return root.resolve("recovered");
    }

    /** What a machine that has never seen the system remembers of it: nothing yet. */
    Path strangersState(DisasterKind kind) {
        return root.resolve("state-of-a-new-machine-" + kind.label());
    }

    /** Removes everything. */
    void remove() {
        try {
            DirectoryTree.remove(root);
        } catch (IOException e) {
            throw new DemoFault.Directory("remove what it made", root.toString(), e);
        }
    }

    /** How many bytes lie in the files of the repository. */
    long repositoryBytes() throws IOException {
        try (var files = Files.walk(repository())) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
