// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.check.Depth;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WatchRepositoryTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    @Test
    void logThatIsNotThereAnyMoreIsNoticedByTheReceiverAndByACheck() throws Exception {
        var directory = SERVERS.directory();
        try (var server = SERVERS.fresh(18); var repository = TestRepository.create(directory)) {
            Optional<Uid> history;
            Set<Path> earlier;
            try (var receiver = RunningReceiver.start(repository, Servers.settings(server), directory)) {
                history = receiver.state().server().map(source -> Uid.parse(source.incarnation()));
                store(server, receiver);
                earlier = log(directory);
                store(server, receiver);
            }
            var vault = repository.vault();
            var watch = new WatchRepository(vault.wal("db1"), vault.anchor(), () -> history);
            watch.look();
            watch.look();
            assertThat(isSound(repository, directory)).isTrue();

            for (var object : log(directory)) {
                if (!earlier.contains(object)) {
                    Files.delete(object);
                }
            }

            assertThatExceptionOfType(VaultFault.RolledBack.class).isThrownBy(watch::look)
                    .withMessageContaining("WAL was there up to");
            assertThat(isSound(repository, directory)).isFalse();
        }
    }

    private static void store(TestServer server, RunningReceiver receiver) throws Exception {
        server.execute("create table t as select 1", "drop table t");
        receiver.awaitStored(Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst()));
    }

    private static Set<Path> log(Path directory) throws IOException {
        try (var objects = Files.walk(directory.resolve("repository/wal"))) {
            return new HashSet<>(objects.filter(Files::isRegularFile).toList());
        }
    }

    private static boolean isSound(TestRepository repository, Path directory) throws Exception {
        var vault = repository.vault();
        return vault.check(Files.createTempDirectory(directory, "check-"), (_, _, _) -> {})
                .check(Depth.STRUCTURE, vault.anchor().read()).isSound();
    }
}
