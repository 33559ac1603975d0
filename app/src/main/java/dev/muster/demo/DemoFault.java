// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import java.time.Duration;
import java.util.List;

/** Why a demonstration cannot go on. */
public abstract sealed class DemoFault extends Fault {

    private static final long serialVersionUID = 1;

    private DemoFault(Notice notice) {
        super(notice);
    }

    /** A query of the demonstration itself failed. */
    public static final class Query extends DemoFault {
        private static final long serialVersionUID = 1;

        Query(String what, String server, Throwable cause) {
            super(Notice.of("demo.query", "The demonstration could not " + what, server,
                    "Run it again; with --keep its directory stays.").because(cause));
        }
    }

    /** The directory cannot be used. */
    public static final class Directory extends DemoFault {
        private static final long serialVersionUID = 1;

        Directory(String what, String directory, Throwable cause) {
            super(Notice.of("demo.directory", "The demonstration could not " + what, directory,
                    "Name another directory with --directory, on a disk with room for three copies of the database.")
                    .because(cause));
        }
    }

    /** The receiver's process ended, or did not come as far as it must. */
    public static final class Receiver extends DemoFault {
        private static final long serialVersionUID = 1;

        Receiver(String what, String said) {
            super(Notice.of("demo.receiver", "The WAL receiver of the demonstration " + what,
                    said.isBlank() ? "(it said nothing)" : said,
                    "Run it again; with --keep its directory stays, and what the receiver said with it."));
        }

        static Receiver late(String what, Duration waited, String said) {
            return new Receiver(what + " within " + waited.toSeconds() + " s", said);
        }
    }

    /** The writers get nowhere, whoever keeps them from it. */
    public static final class Writers extends DemoFault {
        private static final long serialVersionUID = 1;

        /**
         * @param sync whether the receiver has to acknowledge what they commit
         * @param ends what ended some of them
         */
        Writers(boolean sync, List<String> ends) {
            super(Notice.of("demo.writers",
                    sync
                            ? "The demonstration's writers got nowhere; each commit waits for the WAL receiver"
                            : "The demonstration's writers got nowhere",
                    ends.isEmpty() ? "no error ended any of them" : String.join("; ", ends),
                    "Run it again when the machine has less to do; with --keep its directory stays, and what its "
                            + "server and its receiver said with it."));
        }
    }
}
