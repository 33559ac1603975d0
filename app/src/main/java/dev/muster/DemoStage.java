// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.cli.Demo;
import dev.muster.cli.Invocation;
import dev.muster.demo.DemoParts;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.CacheDirectory;
import dev.muster.postgres.server.Machine;
import dev.muster.postgres.server.OsAccounts;
import dev.muster.postgres.server.PostgresArchive;
import dev.muster.postgres.server.ServerRoom;
import dev.muster.postgres.server.UnpackPostgres;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wire.Connector;
import dev.muster.system.PostgresAccess;
import dev.muster.system.Stores;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gets ready what a demonstration is made with: the PostgreSQL that came with Muster, or where none came for this machine
 * its own, run by an ordinary user.
 *
 * @param machine that it runs on
 * @param connector makes connections
 * @param program the command line that starts this program once more
 * @param workers how many blocks are looked at at once
 */
record DemoStage(Invocation invocation, Machine machine, Stores stores, Connector connector, List<String> program,
        int workers) implements Demo.Setting {

    private static final String HOST = "demo";

    @Override
    public DemoParts parts(Consumer<String> say) throws InterruptedException {
        var account = new OsAccounts(machine).usual();
        var archive = PostgresArchive.onClassPath(DemoStage.class.getClassLoader(), machine.platform());
        var room = ServerRoom.of(machine, account, archive.stream().toList(), say);
        var installation = archive.isPresent()
                ? new UnpackPostgres(machine, account, CacheDirectory.usual(machine, account), say)
                        .unpack(archive.get())
                : room.installations().newest();
        var time = invocation.time();
        var conninfo = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), HOST));
        var postgres = new PostgresAccess(connector, conninfo,
                new Clocks(time.clock(), time.nanoTime(), time.random()), HOST);
        return new DemoParts(new DemoParts.Servers(room, installation), stores, postgres,
                new DemoParts.Time(time.clock(), time.nanoTime(), time.random()), program, workers);
    }
}
