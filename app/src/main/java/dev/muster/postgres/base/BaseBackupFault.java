// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** Why a base backup came to nothing. */
public abstract sealed class BaseBackupFault extends Fault {

    private static final long serialVersionUID = 1;

    private BaseBackupFault(Notice notice) {
        super(notice);
    }

    /** What arrived is not what the server's manifest lists. */
    public static final class ManifestMismatch extends BaseBackupFault {
        private static final long serialVersionUID = 1;

        public ManifestMismatch(String how, String file) {
            super(Notice.of("base.manifest-mismatch", "What arrived is not what the server lists: " + how, file,
                    "Run it again; if it happens again, something between Muster and the server alters the bytes.")
                    .worthRetrying());
        }
    }

    /** The server's data directory has something that a snapshot cannot hold as a cluster's. */
    public static final class Unexpected extends BaseBackupFault {
        private static final long serialVersionUID = 1;

        public Unexpected(String what, String file) {
            super(Notice.of("base.unexpected", "The server sent something unexpected: " + what, file,
                    "Run it again; if it happens again, see whether a newer release of Muster knows this server."));
        }
    }

    /** The server is not in a state in which it can be backed up. */
    public static final class ServerUnsuited extends BaseBackupFault {
        private static final long serialVersionUID = 1;

        public ServerUnsuited(String why, String server, String remedy) {
            super(Notice.of("base.server-unsuited", "The server cannot be backed up: " + why, server, remedy));
        }
    }

    /** The log that the backup needs did not become durable in time. */
    public static final class LogMissing extends BaseBackupFault {
        private static final long serialVersionUID = 1;

        public LogMissing(String what, String waited) {
            super(Notice.of("base.log-missing", "The backup's log is not in the repository: " + what, waited,
                    "See whether the WAL receiver runs and can reach the repository. What was uploaded is used by the "
                            + "next backup.")
                    .worthRetrying());
        }
    }

    /** The server's identity changed while it was read. */
    public static final class ServerChanged extends BaseBackupFault {
        private static final long serialVersionUID = 1;

        public ServerChanged(String how, String server) {
            super(Notice.of("base.server-changed", "The server is not the one that the backup began with: " + how,
                    server, "Name one server, or ask for the primary with target_session_attrs, then run it again.")
                    .worthRetrying());
        }
    }
}
