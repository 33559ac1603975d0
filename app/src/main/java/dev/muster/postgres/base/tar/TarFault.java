// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/** What can be wrong with an archive that a server sends. */
public abstract sealed class TarFault extends Fault {

    private static final long serialVersionUID = 1;

    private TarFault(Notice notice) {
        super(notice);
    }

    /** The bytes are no tar archive of the kind that PostgreSQL writes. */
    public static final class Malformed extends TarFault {
        private static final long serialVersionUID = 1;

        public Malformed(String archive, String how) {
            super(Notice.of("tar.malformed", "The server sent an archive that cannot be read: " + how, archive,
                    "Run it again; if it happens again, something between Muster and the server alters the bytes.")
                    .worthRetrying());
        }
    }

    /** A member's name is not one that may be written below a directory. */
    public static final class NameRefused extends TarFault {
        private static final long serialVersionUID = 1;

        public NameRefused(String archive, String name, String why) {
            super(Notice.of("tar.name-refused", "A file in the server's data directory cannot be backed up: " + why,
                    archive + ": " + name,
                    "Rename or remove the file: PostgreSQL itself makes no file of such a name."));
        }
    }
}
