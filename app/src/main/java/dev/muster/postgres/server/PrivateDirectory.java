// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A new directory that only the account, and root, can enter. It goes with what we and the server put into it when it is
 * closed; a file of anybody else's keeps it in place.
 *
 * <p>It belongs to the account, so root does nothing in it that the account could turn against root: root creates files
 * only where there is none, and has the account itself remove them.
 *
 * @param path its absolute path, kept short for the sockets in it
 */
record PrivateDirectory(Path path, OsAccount account, Machine machine) implements AutoCloseable {

    static final String LOG = "postgres.log";
    static final String ACCESS_RULES = "pg_hba.conf";
    static final String PASSWORD = "password";

    private static final String PREFIX = "muster-run-";
    private static final String REMOVE =
            "[ -d \"$0\" ] || exit 0; rm -f -- \"$0\"/.s.PGSQL.* \"$0\"/" + LOG + " \"$0\"/" + ACCESS_RULES
                    + " \"$0\"/" + PASSWORD + " && rmdir -- \"$0\"";
    private static final Duration REMOVE_AT_MOST = Duration.ofMinutes(1);

    static PrivateDirectory create(Machine machine, OsAccount account) throws InterruptedException {
        var path = FileWork.on(machine.temporary(), "make a directory in",
                () -> Files.createTempDirectory(FileWork.absolute(machine.temporary()), PREFIX));
        var directory = new PrivateDirectory(path, account, machine);
        try {
            account.own(path);
            account.requireWayTo(path, machine);
            return directory;
        } catch (RuntimeException | InterruptedException e) {
            directory.close();
            throw e;
        }
    }

    /** Whether it was made by this class, here or in a process before us: such a directory may be removed. */
    boolean isOurs() {
        return path.getFileName().toString().matches(PREFIX + "\\d+")
                && FileWork.absolute(machine.temporary()).equals(path.getParent());
    }

    /** Creates a file that only the account can read. */
    Path write(String name, String content) {
        var file = path.resolve(name);
        return FileWork.on(file, "create", () -> {
            Files.createFile(file, FileWork.OURS_ALONE);
            Files.writeString(file, content, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            account.own(file);
            return file;
        });
    }

    @Override
    public void close() {
        var interrupted = Thread.interrupted();
        try {
            var remove = account.command(List.of("/bin/sh", "-c", REMOVE, path.toString()));
            var ended = new Command(machine, REMOVE_AT_MOST).run(remove);
            if (!ended.succeeded()) {
                throw new ServerFault.FileFailed("remove", path, new IOException(ended.complaint()));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
