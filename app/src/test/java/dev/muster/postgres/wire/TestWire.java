// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGeneratorFactory;

/** Connects tests to servers, with the machine's clocks and without the machine's environment. */
public final class TestWire {

    /** Long enough for a busy machine, short enough for a test that hangs. */
    public static final Duration SOON = Duration.ofSeconds(60);

    /** The machine's clocks. */
    public static final Timing TIMING = new Timing(InstantSource.system(), System::nanoTime);

    private static final long SEED = 7;

    private final ConcurrentLinkedQueue<ServerMessage> notices = new ConcurrentLinkedQueue<>();
    private final WireLimits limits;

    public TestWire() {
        this(WireLimits.DEFAULT.withSilenceMax(SOON));
    }

    public TestWire(WireLimits limits) {
        this.limits = limits;
    }

    /** What a conninfo string comes to where there is no home and no environment; the user is postgres. */
    public static ConnectionSettings settings(String conninfo) {
        return new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), "postgres")).resolve(conninfo);
    }

    /** A conninfo string for a server on TCP. */
    public static String tcp(TestServer server) {
        return "host=" + ServerAddress.TCP_HOST + " port=" + server.server().address().port();
    }

    /** A conninfo string for a server on its Unix socket. */
    public static String socket(TestServer server) {
        var address = server.server().address();
        return "host=" + address.socketDirectory() + " port=" + address.port();
    }

    public WireConnection connect(String conninfo, SessionKind kind) {
        return connect(settings(conninfo), kind);
    }

    public WireConnection connect(ConnectionSettings settings, SessionKind kind) {
        return new Connector(TIMING, RandomGeneratorFactory.of("L64X128MixRandom").create(SEED), limits, notices::add)
                .connect(settings, kind);
    }

    /** What servers have said without being asked. */
    public ConcurrentLinkedQueue<ServerMessage> notices() {
        return notices;
    }
}
