// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.conninfo.ServerHost;
import dev.muster.postgres.conninfo.TargetSession;
import dev.muster.postgres.wire.transport.TransportFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Connects to the first host that will do. Safe for use by any thread. */
public final class Connector {

    private final Timing timing;
    private final RandomGenerator random;
    private final WireLimits limits;
    private final Consumer<ServerMessage> notices;

    /**
     * @param timing the clocks
     * @param random decides the order of hosts where the settings leave it to chance
     * @param limits what a server may do to the client
     * @param notices is told what servers say without being asked, by the thread that uses the connection
     */
    public Connector(Timing timing, RandomGenerator random, WireLimits limits, Consumer<ServerMessage> notices) {
        this.timing = timing;
        this.random = random;
        this.limits = limits;
        this.notices = notices;
    }

    /**
     * Tries the hosts, and each of their addresses, until one can be reached and is what the settings ask for. A server
     * that is there and refuses the user, or cannot be trusted, ends the search.
     *
     * @param settings where to and how
     * @param kind what the session is for
     * @throws Fault of this package or of those below it, if no host would do
     */
    public WireConnection connect(ConnectionSettings settings, SessionKind kind) {
        var hosts = new ArrayList<>(settings.hosts());
        if (settings.shuffled()) {
            Collections.shuffle(hosts, random);
        }
        var failures = new ArrayList<Fault>();
        for (var target : passes(settings.target())) {
            failures.clear();
            var found = search(settings, kind, hosts, new TargetCheck(target), failures);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw failures.size() == 1 ? failures.getFirst() : none(failures);
    }

    private static List<TargetSession> passes(TargetSession target) {
        return target == TargetSession.PREFER_STANDBY ? List.of(target, TargetSession.ANY) : List.of(target);
    }

    private Optional<WireConnection> search(ConnectionSettings settings, SessionKind kind, List<ServerHost> hosts,
            TargetCheck check, List<Fault> failures) {
        for (var host : hosts) {
            try {
                for (var destination : Destination.of(host)) {
                    var found = attempt(new Dialer(settings, destination, timing), kind, check, failures);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            } catch (TransportFault.Unreachable e) {
                failures.add(e); // a name without an address
            }
        }
        return Optional.empty();
    }

    private Optional<WireConnection> attempt(Dialer dialer, SessionKind kind, TargetCheck check,
            List<Fault> failures) {
        try {
            var connection = new LogIn(dialer, kind, limits, notices).logIn();
            var objection = check.objection(connection.parameters());
            if (objection.isEmpty()) {
                return Optional.of(connection);
            }
            connection.close();
            failures.add(new WireFault.NoServer("The server is not what target_session_attrs asks for",
                    dialer.destination() + ": " + objection.get(), null));
        } catch (TransportFault.Interrupted e) {
            throw e;
        } catch (TransportFault e) {
            failures.add(e);
        } catch (WireFault.ServerError e) {
            if (!e.retryable()) {
                throw e;
            }
            failures.add(e); // starting up, shutting down, or full: another host may not be
        }
        return Optional.empty();
    }

    private static Fault none(List<Fault> failures) {
        var reasons = failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        return new WireFault.NoServer("No server would do", reasons, failures.getLast());
    }
}
