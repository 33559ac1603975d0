// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import org.jspecify.annotations.Nullable;

/** What can be wrong with connection information. No message repeats a value that could hold a password. */
public abstract sealed class ConninfoFault extends Fault {

    private static final long serialVersionUID = 1;

    ConninfoFault(Notice notice) {
        super(notice);
    }

    /** The text cannot be read, or a value is not one that its keyword takes. */
    public static final class Invalid extends ConninfoFault {

        private static final long serialVersionUID = 1;

        public Invalid(String what, String subject) {
            this(what, subject, null);
        }

        public Invalid(String what, String subject, @Nullable Throwable cause) {
            super(Notice.of("conninfo.invalid", what, subject,
                    "Write it as for psql: postgresql://user@host:5432/database?sslmode=require, or"
                            + " 'host=... port=... user=... dbname=...'. Percent-encode special characters in a URL.")
                    .usage()
                    .because(cause));
        }
    }

    /** libpq knows the keyword or the value, Muster does not follow it. */
    public static final class Unsupported extends ConninfoFault {

        private static final long serialVersionUID = 1;

        public Unsupported(String what, String subject, String remedy) {
            super(Notice.of("conninfo.unsupported", what, subject, remedy).usage());
        }
    }

    /** The service is in none of the service files, or its file cannot be read. */
    public static final class NotFound extends ConninfoFault {

        private static final long serialVersionUID = 1;

        public NotFound(String what, String subject, @Nullable Throwable cause) {
            super(Notice.of("conninfo.service-not-found", what, subject,
                    "Look into ~/.pg_service.conf, the file that PGSERVICEFILE names, and pg_service.conf in the"
                            + " directory that PGSYSCONFDIR names.")
                    .usage()
                    .because(cause));
        }
    }
}
