// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.Timing;
import dev.muster.postgres.wire.WireLimits;
import dev.muster.work.CrashPoints;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** How tests reach servers. */
public final class Servers {

    private static final long SEED = 1;

    private Servers() {}

    /** Makes connections. */
    public static Connector connector() {
        return new Connector(new Timing(InstantSource.system(), System::nanoTime), new Random(SEED),
                WireLimits.DEFAULT, _ -> {});
    }

    /** To the database postgres of a server, as its superuser. */
    public static ConnectionSettings settings(TestServer server) {
        return settings(server, "postgres");
    }

    /** To the database postgres of a server, as this user. */
    public static ConnectionSettings settings(TestServer server, String user) {
        var address = server.server().address();
        var host = address.tcp() ? ServerAddress.TCP_HOST : address.socketDirectory().toString();
        return new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), user))
                .resolve("host=" + host + " dbname=postgres sslmode=disable port=" + address.port());
    }

    /** What a backup uses. */
    public static TakeBaseBackup.Tools tools(CrashPoints crashPoints) {
        return new TakeBaseBackup.Tools(connector(), InstantSource.system(), System::nanoTime, crashPoints);
    }
}
