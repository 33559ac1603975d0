// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How a server is started.
 *
 * @param settings overrule the configuration files for this run. Every user of the machine can see them among the
 *        arguments of the process: no passwords
 * @param listen where it listens beside its Unix socket
 * @param lifetime when it ends
 * @param network what its processes see of the network
 * @param accessRules what it uses instead of its pg_hba.conf, line by line; empty for its own
 * @param log the file that its log is appended to; by default one in its run directory, which goes when the server is
 *        closed. It may hold row data
 * @param environment variables for the server and what it runs, such as restore_command; it gets no others but PATH
 */
public record StartOptions(Settings settings, Listen listen, Lifetime lifetime, Network network,
        Optional<String> accessRules, Optional<Path> log, Map<String, String> environment) {

    public StartOptions {
        environment = Map.copyOf(environment);
        if (network == Network.NONE && !(listen instanceof Listen.SocketOnly)) {
            throw new IllegalArgumentException("a server without a network cannot listen on TCP");
        }
    }

    /** Ends with us, listens on its Unix socket only, uses its own configuration. */
    public static StartOptions defaults() {
        return new StartOptions(Settings.none(), new Listen.SocketOnly(), Lifetime.BOUND, Network.HOST,
                Optional.empty(), Optional.empty(), Map.of());
    }

    /** These options with more settings. */
    public StartOptions with(Settings more) {
        return new StartOptions(settings.with(more), listen, lifetime, network, accessRules, log, environment);
    }

    public StartOptions with(Listen newListen) {
        return new StartOptions(settings, newListen, lifetime, network, accessRules, log, environment);
    }

    public StartOptions with(Lifetime newLifetime) {
        return new StartOptions(settings, listen, newLifetime, network, accessRules, log, environment);
    }

    public StartOptions with(Network newNetwork) {
        return new StartOptions(settings, listen, lifetime, newNetwork, accessRules, log, environment);
    }

    public StartOptions withAccessRules(String newRules) {
        return new StartOptions(settings, listen, lifetime, network, Optional.of(newRules), log, environment);
    }

    public StartOptions withLog(Path newLog) {
        return new StartOptions(settings, listen, lifetime, network, accessRules, Optional.of(newLog), environment);
    }

    public StartOptions withEnvironment(Map<String, String> newEnvironment) {
        return new StartOptions(settings, listen, lifetime, network, accessRules, log, newEnvironment);
    }
}
