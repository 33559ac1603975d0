// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What postmaster.pid says. The file is written line by line while the server starts, and stays behind when it is
 * killed. Source: pidfile.h, LOCK_FILE_LINE_*.
 *
 * @param pid the postmaster's process id
 * @param startSeconds when it started, in seconds since 1970
 * @param port its port
 * @param socketDirectory where its first Unix socket is; empty if none
 * @param listenAddress the first address of its listen_addresses; empty if none
 * @param status the status line; empty while its sockets are not open yet
 */
record PidFile(long pid, long startSeconds, int port, String socketDirectory, String listenAddress, String status) {

    private static final int FILE_BYTES_MAX = 8192;

    private static final int PID = 0;
    private static final int START_SECONDS = 2;
    private static final int PORT = 3;
    private static final int SOCKET_DIRECTORY = 4;
    private static final int LISTEN_ADDRESS = 5;
    private static final int STATUS = 7;

    /** The file of this data directory; nothing if there is none, or not enough of it yet. */
    static Optional<PidFile> read(Path dataDirectory) {
        try (var file = Files.newInputStream(dataDirectory.resolve("postmaster.pid"))) {
            return parse(new String(file.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<PidFile> parse(String content) {
        var lines = content.split("\n", -1);
        if (lines.length <= SOCKET_DIRECTORY) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PidFile(Long.parseLong(lines[PID].strip()),
                    Long.parseLong(lines[START_SECONDS].strip()), Integer.parseInt(lines[PORT].strip()),
                    lines[SOCKET_DIRECTORY].strip(), line(lines, LISTEN_ADDRESS), line(lines, STATUS)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether both are of the same run of the same server. */
    boolean isSameRunAs(PidFile other) {
        return pid == other.pid && startSeconds == other.startSeconds;
    }

    private static String line(String[] lines, int index) {
        return index < lines.length ? lines[index].strip() : "";
    }
}
