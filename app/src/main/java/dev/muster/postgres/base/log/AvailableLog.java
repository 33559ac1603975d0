// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.base.BackupLog;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.SlotNames;

/**
 * A receiver's log if one runs for the system, as its slot on the server shows; otherwise one that the backup streams
 * itself, and hands over to a receiver that began meanwhile. A receiver that stops meanwhile makes the backup fail, not
 * wait for ever.
 */
public final class AvailableLog implements BackupLog {

    private final LogTools tools;
    private final FindReceiver receiver;
    private final ReceivedLog received;
    private final StreamedLog streamed;

    /** @param receiver the slots of the system's receiver */
    public AvailableLog(LogTools tools, SlotNames receiver, StreamedLog streamed) {
        this.tools = tools;
        this.receiver = new FindReceiver(tools, receiver);
        this.received = new ReceivedLog(tools, receiver);
        this.streamed = streamed;
    }

    @Override
    public Source source(ConnectionSettings settings) {
        return receiver.runs(settings) ? received.source(settings) : streamed.source(settings);
    }

    @Override
    public Keeping begin(ConnectionSettings settings) throws InterruptedException {
        return receiver.runs(settings)
                ? received.begin(settings)
                : new HandOver(tools, settings, streamed.begin(settings), receiver);
    }
}
