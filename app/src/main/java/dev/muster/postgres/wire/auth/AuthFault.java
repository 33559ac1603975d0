// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.auth;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import org.jspecify.annotations.Nullable;

/** Why the two sides do not accept each other. */
public abstract sealed class AuthFault extends Fault {

    private static final long serialVersionUID = 1;

    AuthFault(Notice notice) {
        super(notice);
    }

    /** The server does not let this user in. */
    public static final class Rejected extends AuthFault {

        private static final long serialVersionUID = 1;

        public Rejected(String what, String subject) {
            super(Notice.of("wire.auth-failed", what, subject,
                    "Check the user, its password (also in ~/.pgpass) and pg_hba.conf; replication needs a line for the"
                            + " database 'replication' there, and a role with REPLICATION."));
        }
    }

    /** The server asks for a password and there is none. */
    public static final class NoPassword extends AuthFault {

        private static final long serialVersionUID = 1;

        public NoPassword(String subject, @Nullable String whyFileIgnored) {
            super(Notice.of("wire.password-missing",
                    "The server asks for a password and there is none"
                            + (whyFileIgnored == null ? "" : "; " + whyFileIgnored),
                    subject, "Put it into ~/.pgpass (mode 600), PGPASSWORD or the connection string."));
        }
    }

    /** The client does not accept what the server asks for. */
    public static final class Refused extends AuthFault {

        private static final long serialVersionUID = 1;

        public Refused(String what, String subject, @Nullable Throwable cause) {
            super(Notice.of("wire.auth-refused", what, subject,
                    "Make sure that this is the server you mean. Then let pg_hba.conf ask for scram-sha-256, or change"
                            + " require_auth or channel_binding.")
                    .because(cause));
        }
    }

    /** The server has not proven that it knows the password. */
    public static final class Unproven extends AuthFault {

        private static final long serialVersionUID = 1;

        public Unproven(String subject, @Nullable Throwable cause) {
            super(Notice.of("wire.server-unproven", "The server did not prove that it knows the password", subject,
                    "Something that is not your server may have answered. Use sslmode=verify-full, and change the"
                            + " password if it was ever sent in clear text.")
                    .because(cause));
        }
    }
}
