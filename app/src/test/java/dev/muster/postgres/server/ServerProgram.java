// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Starts a server from an installation, the first argument, on the data directory that is the second, with the lifetime
 * that is the third, prints its process id when it is ready, and waits to be killed.
 */
final class ServerProgram {

    private ServerProgram() {}

    public static void main(String[] arguments) throws Exception {
        var machine = TestMachine.here();
        var account = new OsAccounts(machine).usual();
        var installation = Installation.at(Path.of(arguments[0]), account, machine);
        var server = new StartServer(machine, account).start(installation, Cluster.at(Path.of(arguments[1])),
                StartOptions.defaults().with(Lifetime.valueOf(arguments[2])));
        server.awaitReady(Duration.ofMinutes(1));
        System.out.println(server.pid());
        new CountDownLatch(1).await();
    }
}
