// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wal.spool.Spool;
import dev.muster.vault.wal.WalArchive;
import java.util.function.Consumer;

/** What the parts of one receiver share. */
record Parts(ReceiverOptions options, WalArchive archive, Spool spool, Clocks clocks, Progress progress,
        Consumer<ReceiverEvent> listener) {

    void say(ReceiverEvent event) {
        listener.accept(event);
    }

    void reached(String crashPoint) {
        clocks.crashPoints().reached(crashPoint);
    }
}
