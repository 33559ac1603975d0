// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.base.log.LogTools;
import dev.muster.postgres.base.log.StreamedLog;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Clocks;
import dev.muster.postgres.wal.receive.LogRepository;
import dev.muster.vault.fixture.Meanwhile;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.CrashPoints;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** From real servers into real repositories. */
class TakeBaseBackupTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_124;
    private static final BackupRequest REQUEST = BackupRequest.of("clinic", "database", "db1");

    private static LogTools logTools(TestRepository repository) {
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(SEED));
        return new LogTools(Servers.connector(), LogRepository.of(repository.vault(), "db1"), clocks, "db1",
                Duration.ofSeconds(60));
    }

    private static StreamedLog streamed(TestRepository repository) throws Exception {
        return new StreamedLog(logTools(repository), "clinic", SERVERS.directory());
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aSecondBackupOfAnUnchangedDatabaseAddsLessThanAFiftieth(int major) throws Exception {
        try (var server = SERVERS.fresh(major); var repository = TestRepository.create(SERVERS.directory())) {
            server.execute("create table t as select n, md5(n::text) a, md5((n * 7)::text) b "
                    + "from generate_series(1, 300000) n", "create index on t (a)", "vacuum t", "checkpoint");
            var pinned = new ArrayList<Map<Uid, WalCover>>();
            CrashPoints pins = point -> {
                if (point.equals("base.after-files")) {
                    Meanwhile.run(() -> pinned.add(repository.vault().pins().bySessions()));
                }
            };
            var take = new TakeBaseBackup(repository.vault(), streamed(repository), Servers.tools(pins));
            var seen = new ArrayList<BackupProgress>();
            var plan = take.plan(REQUEST, Servers.settings(server));

            var first = take.take(plan, seen::add);
            var afterFirst = repository.bytes();
            var second = take.take(plan, _ -> {});
            var added = repository.bytes() - afterFirst;

            assertThat(plan.text()).contains("a primary").contains("each page is verified");
            assertThat(first.volume().logicalBytes()).isGreaterThan(60_000_000);
            assertThat(first.foundDamage()).isFalse();
            assertThat(seen).extracting(BackupProgress::phase).containsSubsequence(BackupProgress.Phase.CHECKPOINT,
                    BackupProgress.Phase.FILES, BackupProgress.Phase.DOCUMENTS, BackupProgress.Phase.LOG,
                    BackupProgress.Phase.COMMIT);
            assertThat(added).as("added to %d bytes", afterFirst).isLessThan(afterFirst / 50);
            assertThat(repository.vault().snapshots()).extracting(head -> head.id().hex())
                    .containsExactly(second.snapshot(), first.snapshot());
            var head = repository.vault().snapshots().getFirst();
            assertThat(BackupFacts.of(head.body().facts())).contains(second.facts());
            assertThat(second.facts().stop()).isGreaterThan(second.facts().start());
            var need = head.body().needs();
            assertThat(need).hasSize(1);
            assertThat(pinned).as("its log is pinned from where it began, while it still reads").hasSize(2);
            assertThat(pinned.getLast()).containsEntry(need.getFirst().incarnation(),
                    WalCover.of(List.of(new WalSpan(need.getFirst().start(), -1))));
            assertThat(server.query("select slot_name from pg_replication_slots")).isEmpty();
        }
    }
}
