// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import java.util.List;

/** Who listens to a receiver. */
public interface Audience {

    /** Something happened; any thread says so. */
    void happened(ReceiverEvent event);

    /** What the user should know of the server: told when it changes, all of it. */
    void advised(List<Advice> advice);

    /** Others on this host cannot be told how it is doing. */
    void complained(Exception reason);

    /** How it is doing, about twice a second; returns whether to stop. */
    boolean isOver(ReceiverState state);
}
