// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.nio.file.Path;
import java.util.List;

/** Where servers put their Unix sockets. */
public final class SocketDirectories {

    /** The directories that are tried in turn when no host is named: Debian's and PostgreSQL's own. */
    public static final List<Path> USUAL = List.of(Path.of("/var/run/postgresql"), Path.of("/tmp"));

    private SocketDirectories() {}

    /** The socket of the server with this port number in a directory. */
    public static Path socketIn(Path directory, int port) {
        return directory.resolve(".s.PGSQL." + port);
    }
}
