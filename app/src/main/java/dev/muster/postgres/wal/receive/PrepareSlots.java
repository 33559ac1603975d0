// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.SlotName;
import java.util.function.Consumer;

/**
 * Makes the slots that keep the log on the server until it is received. Done before the first backup begins, so that
 * none of the log that the backup needs is thrown away.
 */
public final class PrepareSlots {

    private static final String NO_SUCH_SLOT = "42704";

    private final SlotNames names;
    private final boolean synchronous;
    private final Consumer<ReceiverEvent> listener;

    /** @param synchronous whether a hold slot is needed */
    public PrepareSlots(SlotNames names, boolean synchronous, Consumer<ReceiverEvent> listener) {
        this.names = names;
        this.synchronous = synchronous;
        this.listener = listener;
    }

    /**
     * Makes the slots that are missing, makes those anew that keep nothing any more, and drops a hold slot that nobody
     * would move.
     *
     * @return the oldest position that the stream slot keeps
     */
    public Lsn prepare(Replication replication) {
        var restart = make(replication, names.stream());
        if (synchronous) {
            make(replication, names.hold());
        } else if (replication.readSlot(names.hold()).isPresent()) {
            drop(replication, names.hold());
        }
        return restart;
    }

    /** Makes the stream slot anew, after the server said that it is of no use. */
    public Lsn remake(Replication replication) {
        drop(replication, names.stream());
        return make(replication, names.stream());
    }

    private Lsn make(Replication replication, SlotName slot) {
        var state = replication.readSlot(slot);
        var restart = state.flatMap(found -> found.restart());
        if (restart.isPresent()) {
            return restart.get();
        }
        if (state.isPresent()) {
            drop(replication, slot);
        }
        replication.createPhysicalSlot(slot, names.temporary());
        listener.accept(new ReceiverEvent.SlotRemade(slot.text(), state.isPresent()));
        return replication.readSlot(slot)
                .flatMap(found -> found.restart())
                .orElseThrow(() -> new IllegalStateException("a slot that reserves the log keeps none: " + slot));
    }

    private static void drop(Replication replication, SlotName slot) {
        try {
            replication.dropSlot(slot);
        } catch (WireFault.ServerError e) {
            if (!e.serverMessage().sqlState().equals(NO_SUCH_SLOT)) {
                throw e;
            }
        }
    }
}
