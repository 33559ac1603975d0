// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.util.List;

/** What can be wrong with a command that picocli cannot tell. */
abstract sealed class CommandFault extends Fault {

    private static final long serialVersionUID = 1;

    private CommandFault(Notice notice) {
        super(notice);
    }

    /** Options are missing and nobody is there to be asked. */
    static final class Missing extends CommandFault {
        private static final long serialVersionUID = 1;

        Missing(String command, List<String> options) {
            super(Notice.of("cli.missing", "Options are missing, and without a terminal nobody can be asked",
                    command + ": " + String.join(", ", options), "Give them on the command line; 'muster " + command
                            + " --help' has examples.")
                    .usage());
        }
    }

    /** Something that cannot be undone needs a yes, and nobody is there to say it. */
    static final class Unconfirmed extends CommandFault {
        private static final long serialVersionUID = 1;

        Unconfirmed(String what) {
            super(Notice.of("cli.unconfirmed", "This must be confirmed, and without a terminal nobody can be asked",
                    what, "Look at the plan above, then add --yes. Nothing was changed.").usage());
        }
    }

    /** The terminal was closed instead of answering. */
    static final class NoAnswer extends CommandFault {
        private static final long serialVersionUID = 1;

        NoAnswer() {
            super(Notice.of("cli.no-answer", "The input ended before the question was answered", "terminal",
                    "Run it again, or give the answers as options. Nothing was changed.").usage());
        }
    }

    /** Something that is planned, and that this release does not have. */
    static final class NotThereYet extends CommandFault {
        private static final long serialVersionUID = 1;

        NotThereYet(String what, String subject, String remedy) {
            super(Notice.of("cli.not-there-yet", what + " are not in this release", subject, remedy).usage());
        }
    }

    /** An option does not say enough, or what it says cannot be. */
    static final class Unclear extends CommandFault {
        private static final long serialVersionUID = 1;

        Unclear(String what, String subject, String remedy) {
            super(Notice.of("cli.unclear", what, subject, remedy).usage());
        }
    }
}
