// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.base.BackupFacts.Configuration;
import dev.muster.postgres.base.RunningReceiver;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RecoveryTarget;
import dev.muster.postgres.restore.RestoreMark;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.restore.TimelineChoice;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.Listen;
import dev.muster.postgres.server.Neutralised;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.StoredProof;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** From real repositories to servers that hold exactly what their source held. */
class RestoreClusterTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String DIGEST = "select md5(string_agg(x::text, ',' order by x::text)) from %s x";
    private static final String CHECKED = """
            select 'heap ' || v::text from pg_class c, verify_heapam(c.oid) v where c.relkind in ('r', 't', 'm')
            """;

    /** Fails at the first index that does not agree with its table. */
    private static final String INDEXES_CHECKED = """
            select count(bt_index_parent_check(i.indexrelid, true)) from pg_index i
            join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
            where m.amname = 'btree' and c.relpersistence = 'p' and i.indisvalid""";

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void eachTargetBringsBackWhatWasThereThen(int major) throws Exception {
        try (var source = ProtectedServer.start(SERVERS, major)) {
            var server = source.server();
            server.execute("create table t (n int primary key)", "insert into t values (1)");
            var snapshot = source.backUp().snapshot();
            var rows = new LinkedHashMap<String, Integer>();
            rows.put(snapshot, 1);
            rows.put("immediate", 1);
            server.execute("insert into t values (2)");
            rows.put(new RecoveryTarget.Time(source.now(), false).toString(), 2);
            var xid = server.query("with i as (insert into t values (3)) select pg_current_xact_id()").getFirst();
            rows.put("xid:" + xid, 3);
            rows.put("lsn:" + source.position(), 3);
            server.execute("select pg_create_restore_point('release 7')", "insert into t values (4)");
            rows.put("name:release 7", 3);
            rows.put("latest", 4);
            source.caughtUp();

            for (var target : rows.entrySet()) {
                var kit = new RestoreKit(SERVERS, source);
                var restored = kit.restore(kit.to(target.getKey()));
                try (var copy = kit.start(restored)) {
                    assertThat(copy.query("select count(*) from t")).as("rows at %s of %d", target.getKey(), major)
                            .containsExactly(target.getValue().toString());
                }
                assertThat(restored.reached().promotedTo()).isPresent();
                assertThat(restored.reached().replayed()).as("replay to %s of %d", target.getKey(), major)
                        .hasValueSatisfying(done -> assertThat(done.bytes())
                                .isBetween(1L, restored.plan().walBytes()));
                assertThat(restored.measured().rest()).isPresent();
                requireProof(source.repository().vault(), restored, major);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void everyTableAndIndexIsAsItWasTablespacesIncluded(int major) throws Exception {
        var place = Files.createDirectory(SERVERS.directory().resolve("fast"));
        SERVERS.account().own(place);
        try (var source = ProtectedServer.start(SERVERS, major)) {
            var server = source.server();
            server.execute("create tablespace fast location '" + place + "'", "create extension amcheck",
                    "create table a as select n, md5(n::text) t, repeat(md5((n * 7)::text), n % 90) long "
                            + "from generate_series(1, 20000) n",
                    "create index on a (t)", "create table b (n int, s text) tablespace fast",
                    "insert into b select n, md5(n::text) from generate_series(1, 20000) n",
                    "create index on b (n) tablespace fast");
            source.backUp();
            server.execute("update a set t = md5(t) where n % 3 = 0", "delete from b where n % 5 = 0", "vacuum",
                    "insert into b select n, 'new' from generate_series(1, 3000) n", "checkpoint",
                    "update b set s = s || 'x' where n < 500");
            source.caughtUp();
            var oid = Long.parseLong(server.query("select oid from pg_tablespace where spcname = 'fast'").getFirst());

            var beside = new RestoreKit(SERVERS, source);
            var within = new RestoreKit(SERVERS, source);
            var elsewhere = SERVERS.directory().resolve("new/fast");
            breakOff(beside, beside.to("latest").withTablespace(oid, elsewhere), "restore.after-directories");
            breakOff(within, within.to("latest"), "restore.in-files");
            var restored = List.of(beside.restore(beside.to("latest").withTablespace(oid, elsewhere)),
                    within.restore(within.to("latest")));

            for (var copy : restored) {
                try (var started = beside.start(copy)) {
                    assertThat(started.query(CHECKED)).as("complaints of amcheck").isEmpty();
                    assertThat(started.query(INDEXES_CHECKED).getFirst()).isNotEqualTo("0");
                    for (var table : List.of("a", "b")) {
                        assertThat(started.query(DIGEST.formatted(table)))
                                .isEqualTo(server.query(DIGEST.formatted(table)));
                    }
                }
            }
            assertThat(elsewhere).isNotEmptyDirectory();
            assertThat(within.into().resolve("muster-tablespaces/" + oid)).isNotEmptyDirectory();
            assertThat(place).isNotEmptyDirectory();
            assertThat(elsewhere.resolve(RestoreMark.NAME)).doesNotExist();
        }
    }

    @Test
    void aTargetInEitherOfTwoHistoriesIsReached() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 18)) {
            source.server().execute("create table t (n int)", "insert into t values (1)");
            source.backUp();
            var before = new RecoveryTarget.Time(source.now(), false).toString();
            source.server().execute("insert into t values (2)");
            source.caughtUp();
            var first = new RestoreKit(SERVERS, source);
            try (var promoted = first.start(first.restore(first.to("latest")))) {
                source.server().execute("insert into t values (3), (3), (3)");
                source.caughtUp();
                try (var receiver = RunningReceiver.start(source.repository(), Servers.settings(promoted),
                        SERVERS.directory())) {
                    promoted.execute("insert into t values (4)");
                    receiver.awaitStored(Lsn.parse(promoted.query("select pg_current_wal_flush_lsn()").getFirst()));
                }
            }

            assertThat(rows("latest", new TimelineChoice.Latest(), source)).containsExactly("1", "2", "4");
            assertThat(rows("latest", new TimelineChoice.Numbered(TimelineId.of(1)), source))
                    .containsExactly("1", "2", "3", "3", "3");
            assertThat(rows(before, new TimelineChoice.Latest(), source)).containsExactly("1");
        }
    }

    @Test
    void anExclusiveTargetIsNotThereItself() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 16)) {
            var server = source.server();
            server.execute("create table t (n int)");
            source.backUp();
            server.execute("insert into t values (1)");
            var begins = source.position();
            var xid = server.query("with i as (insert into t values (2)) select pg_current_xact_id()").getFirst();
            server.execute("insert into t values (3)");
            source.caughtUp();

            for (var target : List.of("xid:" + xid, "lsn:" + begins)) {
                var kit = new RestoreKit(SERVERS, source);
                var restored = kit.restore(RestoreRequest.to(new ReadTarget(ZoneOffset.UTC).read(target, true),
                        kit.into()));
                try (var copy = kit.start(restored)) {
                    assertThat(copy.query("select n from t")).as(target).containsExactly("1");
                }
            }
        }
    }

    private static void breakOff(RestoreKit kit, RestoreRequest request, String point) {
        assertThatThrownBy(() -> kit.restore(request, reached -> {
            if (reached.equals(point)) {
                throw new IllegalStateException("broken off");
            }
        })).hasMessage("broken off");
    }

    private static List<String> rows(String target, TimelineChoice timeline, ProtectedServer source) throws Exception {
        var kit = new RestoreKit(SERVERS, source);
        try (var copy = kit.start(kit.restore(kit.to(target).with(timeline)))) {
            return copy.query("select n from t order by n");
        }
    }

    /** Which snapshot, which WAL, which server, up to where. */
    private static void requireProof(Vault vault, Restored restored, int major) throws Exception {
        var now = vault.statements().now();
        var origin = new Proof.Origin(Uid.NONE, now, now, "here", "tester");
        var proof = RestoreProof.of(vault.proofs().instance(), origin, "clinic", restored, now).orElseThrow();
        assertThat(proof.subject().snapshot().hex()).isEqualTo(restored.plan().reach().point().id());
        assertThat(proof.result().level()).isEqualTo(Level.RESTORED);
        assertThat(proof.recovery().serverVersion() / 10_000).isEqualTo(major);
        assertThat(proof.recovery().target()).isEqualTo(restored.reached().lsn().value());
        assertThat(proof.recovery().wal()).singleElement().satisfies(stretch -> {
            assertThat(stretch.start()).isEqualTo(restored.plan().reach().point().facts().start().value());
            assertThat(stretch.end()).isEqualTo(restored.reached().lsn().value());
        });
        vault.proofs().put(proof);
        assertThat(vault.proofs().read().said()).extracting(StoredProof::proof).contains(proof);
    }

    @Test
    void aClusterThatPausesCanBeReadAtItsTargetAndPromotedThere() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 17)) {
            source.server().execute("create table t (n int)");
            source.backUp();
            source.server().execute("insert into t values (1)", "select pg_create_restore_point('here')",
                    "insert into t values (2)");
            source.caughtUp();
            for (var target : Map.of("name:here", "1", "latest", "2").entrySet()) {
                for (var action : List.of(EndAction.PAUSE, EndAction.SHUTDOWN)) {
                    var kit = new RestoreKit(SERVERS, source);
                    var restored = kit.restore(kit.to(target.getKey()).with(action));
                    assertThat(restored.reached().promotedTo()).isEmpty();
                    assertThat(RestoreProof.of(Uid.NONE,
                            new Proof.Origin(Uid.NONE, Instant.EPOCH, Instant.EPOCH, "here", "tester"), "clinic",
                            restored, Instant.EPOCH)).as("it was not opened").isEmpty();
                    try (var copy = kit.start(restored)) {
                        var waiting = new Wait(System::nanoTime);
                        assertThat(waiting.until(() -> copy.query("select count(*) from t")
                                .equals(List.of(target.getValue())), SOON)).as("%s %s", target, action).isTrue();
                        assertThat(copy.query("select pg_is_in_recovery()")).containsExactly("t");
                        copy.execute("select pg_promote()");
                        copy.execute("insert into t values (9)");
                    }
                }
            }
        }
    }

    @Test
    void whatLivesOnlyInTheSourceIsNotInForceInTheCopy() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 18)) {
            source.server().execute("alter system set archive_mode = on",
                    "alter system set archive_command = 'touch /nowhere/%f'",
                    "alter system set recovery_target_xid = '4711'", "create table t (n int)");
            source.backUp();
            source.caughtUp();
            var kit = new RestoreKit(SERVERS, source);

            var restored = kit.restore(kit.to("latest"));

            assertThat(Files.readString(kit.into().resolve("postgresql.auto.conf")))
                    .doesNotContain("recovery_target", "restore_command").contains("archive_mode = 'off'");
            assertThat(Files.readString(kit.into().resolve("postgresql.auto.conf"))).contains("archive_command");
            assertThat(restored.neutralised()).extracting(Neutralised::setting).contains("archive_command");
            assertThat(kit.into()).isDirectoryNotContaining("glob:**/{muster*,*.signal,backup_label*,*.old}");
            assertThat(kit.progress()).hasAtLeastOneElementOfType(RestoreProgress.Replaying.class)
                    .last().isInstanceOf(RestoreProgress.Doing.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void aBackupOfAStandbyIsRestoredAndDoesNotGoOnFollowing(int major) throws Exception {
        try (var source = ProtectedServer.start(SERVERS, major)) {
            source.server().execute("create table t (n int)", "insert into t values (1)");
            source.backUp();
            source.caughtUp();
            var beside = new RestoreKit(SERVERS, source);
            var waiting = beside.restore(beside.to("latest").with(EndAction.PAUSE));
            Files.writeString(beside.into().resolve("postgresql.auto.conf"), "primary_conninfo = 'host=127.0.0.1 port="
                    + source.server().server().address().port() + " user=postgres'\n", StandardOpenOption.APPEND);
            try (var standby = SERVERS.start(SERVERS.installation(major), waiting.cluster())) {
                source.server().execute("insert into t values (2)", "checkpoint");
                assertThat(new Wait(System::nanoTime).until(() -> standby.query("select count(*) from t")
                        .equals(List.of("2")), SOON)).isTrue();
                assertThat(source.backUp(Servers.settings(standby)).facts().data().fromStandby()).isTrue();
            }
            var snapshot = source.repository().vault().snapshots().getFirst().id().hex();
            source.server().execute("insert into t values (3)");
            source.caughtUp();

            for (var target : Map.of(snapshot, "2", "latest", "3").entrySet()) {
                var kit = new RestoreKit(SERVERS, source);
                try (var copy = kit.start(kit.restore(kit.to(target.getKey())))) {
                    assertThat(copy.query("select count(*) from t")).containsExactly(target.getValue());
                    assertThat(copy.query("select pg_is_in_recovery()")).containsExactly("f");
                }
                assertThat(kit.into().resolve("standby.signal")).doesNotExist();
            }
        }
    }

    /** As on Debian: the data directory has no configuration, and the configuration says where everything is. */
    private static TestServer withConfigurationOutside(Path outside, int major) throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(major),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        var data = cluster.dataDirectory();
        for (var name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.move(data.resolve(name), outside.resolve(name));
        }
        Files.createDirectory(outside.resolve("conf.d"));
        Files.writeString(outside.resolve("conf.d/more.conf"), "work_mem = '7MB'\n");
        Files.writeString(outside.resolve("postgresql.conf"), """
                data_directory = '%s'
                hba_file = '%s/pg_hba.conf'
                ident_file = '%s/pg_ident.conf'
                include_dir 'conf.d'
                max_connections = 57
                """.formatted(data, outside, outside), StandardOpenOption.APPEND);
        SERVERS.account().own(outside);
        return SERVERS.start(SERVERS.installation(major), cluster, StartOptions.defaults().with(new Listen.AnyPort())
                .with(Settings.none().with("config_file", outside.resolve("postgresql.conf").toString())));
    }

    @ParameterizedTest
    @CsvSource({"postgres, CAPTURED", "blind, MISSING"})
    void configurationFromOutsideComesIntoTheCopyWithoutItsPlaces(String user, Configuration captured)
            throws Exception {
        var outside = SERVERS.directory();
        try (var source = ProtectedServer.of(withConfigurationOutside(outside, 18), SERVERS.directory())) {
            source.server().execute("create table t (n int)", "create role blind login replication",
                    "grant pg_read_all_settings to blind");
            assertThat(source.backUp(user).facts().surroundings().configuration()).isEqualTo(captured);
            source.caughtUp();
            var kit = new RestoreKit(SERVERS, source);

            var restored = kit.restore(kit.to("latest"));

            var options = StartOptions.defaults().withAccessRules("local all all trust\n");
            try (var copy = SERVERS.start(SERVERS.installation(18), restored.cluster(), options)) {
                assertThat(copy.query("select setting from pg_settings where name in ('data_directory', 'ident_file', "
                        + "'max_connections', 'work_mem') order by name")).containsExactly(kit.into().toString(),
                                kit.into() + "/pg_ident.conf", "57", "7168");
            }
            assertThat(kit.into().resolve("pg_hba.conf")).content()
                    .contains(captured == Configuration.CAPTURED ? "trust" : "scram-sha-256");
        }
    }
}
