// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.vault.snapshot.WalNeed;
import java.util.List;
import java.util.function.Consumer;

/** How the log that a backup needs gets into the repository. */
public interface BackupLog {

    /**
     * Who brings the log.
     *
     * @param text for people
     * @param after who goes on with it
     */
    record Source(String text, After after) {

        /** Whether the log is brought after the backup too, so that every later moment can be gone back to. */
        public boolean goesOn() {
            return after == After.RECEIVER;
        }
    }

    /** Who goes on with the log of a backup after it. */
    enum After {
        /** A receiver that runs. */
        RECEIVER,
        /** No receiver runs. */
        NOBODY,
        /** A receiver runs, and there is a history beside the backup's that it may go on with instead. */
        MAYBE_ANOTHER_HISTORY,
        /** The server or the repository could not be asked. */
        UNKNOWN
    }

    /**
     * Says who will bring the log.
     *
     * @param settings of the one server that is backed up
     */
    Source source(ConnectionSettings settings);

    /**
     * Sees to it that the server's log is kept from where it is now.
     *
     * @param settings of the one server that is backed up
     */
    Keeping begin(ConnectionSettings settings) throws InterruptedException;

    /** The time during which the log is kept. Closing it ends what was begun for the backup. */
    interface Keeping extends AutoCloseable {

        /**
         * Waits until these ranges, from the beginning of the segment in which they start, are durable in the repository
         * with their histories, and are the bytes of this server.
         *
         * @param durable is told up to where they are
         * @return the ranges by the names of their histories
         * @throws BaseBackupFault.LogMissing if that takes too long
         */
        List<WalNeed> await(List<WalRange> ranges, Consumer<Lsn> durable) throws InterruptedException;

        /**
         * Who has brought what was awaited, and who goes on with it now: a receiver may have begun since the backup was
         * planned, or ended. It is no failure if that cannot be found out.
         */
        Source source() throws InterruptedException;

        @Override
        void close();
    }
}
