// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** What can be wrong with a file of a data directory. */
public abstract sealed class DataDirectoryFault extends Fault {

    private static final long serialVersionUID = 1;

    private DataDirectoryFault(Notice notice) {
        super(notice);
    }

    /** The file is not what PostgreSQL writes. */
    public static final class Damaged extends DataDirectoryFault {
        private static final long serialVersionUID = 1;

        public Damaged(String file, String how) {
            super(Notice.of("datadir.damaged", "A file of the data directory is damaged: " + how, file,
                    "Run it again; if it happens again, the cluster itself is damaged: keep the newest good snapshot.")
                    .damage());
        }
    }

    /** The file is of a release of PostgreSQL that this release of Muster does not know. */
    public static final class Unsupported extends DataDirectoryFault {
        private static final long serialVersionUID = 1;

        public Unsupported(String file, String what) {
            super(Notice.of("datadir.unsupported", "The cluster is of a kind that Muster does not know: " + what, file,
                    "Muster knows PostgreSQL 15 to 18; see whether a newer release of Muster knows this one."));
        }
    }
}
