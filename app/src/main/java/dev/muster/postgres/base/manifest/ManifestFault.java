// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a backup manifest. */
public abstract sealed class ManifestFault extends Fault {

    private static final long serialVersionUID = 1;

    private static final String SUBJECT = "backup_manifest";

    private ManifestFault(Notice notice) {
        super(notice);
    }

    /** The bytes are no manifest of a version that is known, or not the ones that the server sent. */
    public static final class Malformed extends ManifestFault {
        private static final long serialVersionUID = 1;

        public Malformed(String how) {
            this(how, null);
        }

        Malformed(String how, @Nullable Throwable cause) {
            super(Notice.of("manifest.malformed", "The server's manifest of the backup cannot be read: " + how, SUBJECT,
                    "Run it again; if it happens again, something between Muster and the server alters the bytes, or "
                            + "the server is newer than this release of Muster.")
                    .worthRetrying().because(cause));
        }
    }
}
