// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;

/**
 * Connects to the server whose log is received, for SQL beside the stream.
 *
 * @param connector makes connections
 * @param options of the receiver
 * @param suffix what the session is called beside the receiver's own name, so that it is never taken for a standby
 */
public record SideConnection(Connector connector, ReceiverOptions options, String suffix) {

    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String DATABASE_OF_EVERY_CLUSTER = "postgres";

    /** To the database of the settings; a user that only replicates need not have one. The caller closes it. */
    public WireConnection connect() {
        var settings = options.connection(options.applicationName() + suffix);
        try {
            return connector.connect(settings, SessionKind.SQL);
        } catch (WireFault.ServerError e) {
            if (!e.serverMessage().sqlState().equals(NO_SUCH_DATABASE)) {
                throw e;
            }
            return connector.connect(settings.withDatabase(DATABASE_OF_EVERY_CLUSTER), SessionKind.SQL);
        }
    }
}
