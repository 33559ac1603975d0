// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.TargetSession;

/**
 * What a receiver is told.
 *
 * @param system name of the protected system
 * @param connection how to reach the server, under which application name
 * @param slots the slots that keep the log on the server
 * @param policy what is promised
 * @param shipping how log is moved to the repository
 * @param newHistory whether to begin a new history with this server, whatever is known; once
 */
public record ReceiverOptions(String system, ConnectionSettings connection, SlotNames slots, Policy policy,
        Shipping shipping, boolean newHistory) {

    /** The connection to the primary, unless another kind of server was asked for, under this application name. */
    ConnectionSettings connection(String applicationName) {
        var target = connection.target() == TargetSession.ANY ? TargetSession.PRIMARY : connection.target();
        return new ConnectionSettings(connection.hosts(), target, connection.shuffled(), connection.login(),
                connection.tls(), connection.socket(), connection.session()).withApplicationName(applicationName);
    }

    /** The name by which the server knows this receiver: it is what synchronous_standby_names must say. */
    public String applicationName() {
        return connection.session().applicationName().orElse(slots.stream().text());
    }

    /**
     * How log is moved to the repository.
     *
     * @param cadence when
     * @param compressionLevel of zstd
     * @param host name of this host, for what is written into the repository
     */
    public record Shipping(Cadence cadence, int compressionLevel, String host) {}
}
