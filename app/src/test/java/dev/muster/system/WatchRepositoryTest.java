// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.check.Depth;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
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
            var watch = new WatchRepository(vault, "db1", () -> history);
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

    @Test
    void whatIsReceivedAfterARotationIsSealedWithTheNewKeysAndAllOfItIsRead() throws Exception {
        var directory = SERVERS.directory();
        try (var server = SERVERS.fresh(18);
                var repository = TestRepository.create(directory);
                var owner = TestRepository.open(directory, CrashPoints.none());
                var withOldKeys = TestRepository.open(directory, CrashPoints.none())) {
            Uid history;
            Lsn rotated;
            Lsn end;
            try (var receiver = RunningReceiver.start(repository, Servers.settings(server), directory)) {
                history = Uid.parse(receiver.state().server().orElseThrow().incarnation());
                store(server, receiver);
                owner.vault().keys().newEpoch(false);
                owner.vault().refresh();
                store(server, receiver);
                rotated = receiver.state().log().stored();

                new WatchRepository(repository.vault(), "db1", () -> Optional.of(history)).look();

                server.execute("select pg_switch_wal()");
                store(server, receiver);
                end = receiver.state().log().stored();
            }
            // The next one resumes after bytes of both epochs.
            try (var next = RunningReceiver.start(owner, Servers.settings(server), directory)) {
                store(server, next);
                assertThat(next.state().server().orElseThrow().incarnation()).isEqualTo(history.hex());
            }
            var all = new WalSpan(owner.vault().wal("db1").cover(history).spans().getFirst().start(), end.value());
            var fresh = new WalSpan(rotated.value(), end.value());
            assertThat(owner.vault().wal("db1").confirm(history, all).contains(all)).isTrue();
            assertThat(withOldKeys.vault().wal("db1").confirm(history, fresh).isEmpty()).as("new keys are needed")
                    .isTrue();
            var bytes = new AtomicLong();
            owner.vault().wal("db1").read(history, all, (_, _, _, length) -> bytes.addAndGet(length));
            assertThat(bytes).hasValue(all.length());
            assertThat(isSound(owner, directory)).isTrue();
        }
    }

    @Test
    void aReceiverWhoseKeyWasRemovedIsToldSinceNothingThatItStoresCounts() throws Exception {
        var directory = SERVERS.directory();
        var secret = "a key of the capture host's own!".getBytes(StandardCharsets.US_ASCII);
        try (var owner = TestRepository.create(directory); var key = KeySource.raw(secret)) {
            var slot = owner.vault().keys().add(key, Role.CAPTURE, "capture host");
            try (var host = TestRepository.open(directory, CrashPoints.none(), secret)) {
                var watch = new WatchRepository(host.vault(), "db1", Optional::empty);
                watch.look();

                owner.vault().keys().remove(slot.digest());

                assertThatExceptionOfType(VaultFault.WrongKey.class).isThrownBy(watch::look);
            }
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
