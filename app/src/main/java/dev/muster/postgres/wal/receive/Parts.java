// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wal.spool.Spool;
import dev.muster.vault.wal.WalArchive;
import java.util.function.Consumer;

/** What the parts of one receiver share. */
record Parts(ReceiverOptions options, LogRepository repository, Spool spool, Clocks clocks, Progress progress,
        Consumer<ReceiverEvent> listener) {

    WalArchive archive() {
        return repository.archive();
    }

    void say(ReceiverEvent event) {
        listener.accept(event);
    }

    void reached(String crashPoint) {
        clocks.crashPoints().reached(crashPoint);
    }
}
