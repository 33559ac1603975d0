// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.postgres.base.Servers;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ServerFault;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What a restore refuses, and what it does not take for success: a server that ended early is none. */
class RestoreRefusesTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    private static Path repository;
    private static String xid;

    @BeforeAll
    static void backUp() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 18)) {
            var server = source.server();
            server.execute("create table t (n int, s text)");
            source.backUp();
            for (var round = 0; round < 4; round++) {
                server.execute("insert into t select n, md5(n::text) from generate_series(1, 2000) n",
                        "select pg_switch_wal()");
                source.caughtUp();
            }
            xid = server.query("with i as (insert into t values (0, 'last')) select pg_current_xact_id()").getFirst();
            source.caughtUp();
            repository = source.directory();
        }
    }

    /** Ranges of the log, oldest first, without those that a restore cannot do without even to begin. */
    private static List<Path> ranges() throws IOException {
        try (var tree = Files.walk(repository.resolve("repository"))) {
            return tree.filter(Files::isRegularFile).filter(file -> file.toString().contains("/wal/"))
                    .sorted().collect(Collectors.toList());
        }
    }

    /** The fifth segment: in pieces and, once it was folded, whole. */
    private static List<Path> fifthSegment() throws IOException {
        var segment = ranges().stream().filter(file -> file.getFileName().toString().startsWith("0000000005")).toList();
        assertThat(segment).isNotEmpty();
        return segment;
    }

    /** What is done while files of the repository are away. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> T without(List<Path> files, Work<T> work) throws Exception {
        var aside = Files.createTempDirectory(SERVERS.directory(), "aside");
        for (var file : files) {
            Files.move(file, aside.resolve(file.getFileName()));
        }
        try {
            return work.run();
        } finally {
            for (var file : files) {
                Files.move(aside.resolve(file.getFileName()), file);
            }
        }
    }

    /** Damages the middle of each, so that one of its frames does not authenticate. */
    private static <T> T damaged(List<Path> files, Work<T> work) throws Exception {
        var whole = new LinkedHashMap<Path, byte[]>();
        for (var file : files) {
            whole.put(file, Files.readAllBytes(file));
            var flipped = Files.readAllBytes(file);
            flipped[flipped.length / 2] ^= 1;
            Files.write(file, flipped);
        }
        try {
            return work.run();
        } finally {
            for (var each : whole.entrySet()) {
                Files.write(each.getKey(), each.getValue());
            }
        }
    }

    private static RestoreKit kit(TestRepository opened) throws IOException {
        return new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
    }

    private static Fault failure(RestoreCluster restore, RestorePlan plan) {
        return catchThrowableOfType(Fault.class, () -> restore.run(plan, _ -> {}));
    }

    private static Fault failureThatLeavesNoCluster(RestoreCluster restore, RestorePlan plan, RestoreKit kit) {
        var fault = failure(restore, plan);
        noServerStartsIn(kit.into());
        return fault;
    }

    /** What was away or damaged is back: the restore is carried on. */
    private static void assertWholeAgain(RestoreKit kit, RestoreRequest request) throws Exception {
        try (var copy = kit.start(kit.restore(request))) {
            assertThat(copy.query("select count(*) from t")).containsExactly("8001");
        }
    }

    private static void noServerStartsIn(Path directory) {
        assertThatThrownBy(() -> SERVERS.launch(SERVERS.installation(18), Cluster.at(directory),
                StartOptions.defaults()).awaitReady(SOON)).isInstanceOf(ServerFault.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "xid"})
    void logThatEndsEarlierThanPlannedIsAFailureAndNeverACluster(String target) throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var request = kit.to(target.equals("xid") ? "xid:" + xid : target);
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", request);

            var fault = without(List.of(ranges().getLast()), () -> failureThatLeavesNoCluster(restore, plan, kit));

            assertThat(fault).isInstanceOf(RestoreFault.FellShort.class);
            assertThat(fault.kind()).isEqualTo(FaultKind.FAILED);
            assertThat(fault).hasMessageContaining(new Promise(plan).end().toString());
            assertWholeAgain(kit, request);
        }
    }

    @Test
    void logThatLacksAPieceStopsTheServerWithItsReason() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", kit.to("latest"));

            var fault = without(fifthSegment(), () -> failureThatLeavesNoCluster(restore, plan, kit));

            assertThat(fault).isInstanceOf(RestoreFault.LogDamaged.class).hasMessageContaining("gap");
            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGE);
            assertWholeAgain(kit, kit.to("latest"));
        }
    }

    @Test
    void theLatestBeforeAGapIsReachedWhenThatIsWhatThePlanSays() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var segment = fifthSegment();
            var plan = without(segment, () -> kit.restore(CrashPoints.none()).plan("clinic", kit.to("latest")));

            var restored = without(segment, () -> kit.restore(kit.to("latest")));

            assertThat(plan.notes())
                    .anyMatch(note -> note.contains("behind a gap that begins at " + plan.reach().end()));
            assertThat(restored.reached().lsn()).isEqualTo(new Promise(plan).end());
            try (var copy = kit.start(restored)) {
                assertThat(Integer.parseInt(copy.query("select count(*) from t").getFirst())).isBetween(1, 8000);
            }
        }
    }

    @Test
    void aFileThatCannotBeReadIsAFailureAndTheRestIsCarriedOnLater() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", kit.to("latest"));

            var fault = without(List.of(largest("/data/")), () -> failure(restore, plan));

            assertThat(fault.code()).isEqualTo("vault.missing");
            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGE);
            assertThat(kit.into().resolve(ControlFile.PATH)).doesNotExist();
            assertWholeAgain(kit, kit.to("latest"));
        }
    }

    @Test
    void logThatDoesNotAuthenticateIsDamage() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", kit.to("latest"));

            var fault = damaged(fifthSegment(), () -> failureThatLeavesNoCluster(restore, plan, kit));

            assertThat(fault).isInstanceOf(RestoreFault.LogDamaged.class);
            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGE);
            assertWholeAgain(kit, kit.to("latest"));
        }
    }

    @Test
    void aFileThatDoesNotAuthenticateIsDamage() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", kit.to("latest"));

            var fault = damaged(List.of(largest("/data/")), () -> failure(restore, plan));

            assertThat(fault.kind()).isEqualTo(FaultKind.DAMAGE);
            assertThat(kit.into().resolve(ControlFile.PATH)).doesNotExist();
        }
    }

    private static Path largest(String kind) throws IOException {
        try (var tree = Files.walk(repository.resolve("repository"))) {
            return tree.filter(file -> file.toString().contains(kind)).filter(Files::isRegularFile)
                    .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length())).orElseThrow();
        }
    }

    @Test
    void aDirectoryThatHoldsAnythingIsRefusedAndLeftAsItIs() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            Files.createDirectory(kit.into());
            var precious = Files.writeString(kit.into().resolve("precious"), "of somebody");

            assertThatThrownBy(() -> kit.restore(kit.to("latest"))).isInstanceOf(RestoreFault.DirectoryRefused.class)
                    .satisfies(fault -> assertThat(((Fault) fault).kind()).isEqualTo(FaultKind.USAGE));

            assertThat(precious).hasContent("of somebody");
            assertThat(kit.into()).isDirectoryContaining(precious::equals);
        }
    }

    @Test
    void aTargetOutsideEveryWindowIsRefusedWithTheNearestOnes() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);

            assertThatThrownBy(() -> kit.restore(kit.to("2001-01-01 00:00:00Z")))
                    .isInstanceOf(RestoreFault.TargetUnreachable.class).hasMessageContaining("2001-01-01");
            assertThatThrownBy(() -> kit.restore(kit.to("name:never")))
                    .isInstanceOf(RestoreFault.TargetUnreachable.class);

            assertThat(kit.into()).doesNotExist();
        }
    }

    @Test
    void aMachineWithoutTheRightServerIsRefusedBeforeAnythingIsTouched() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var restore = new RestoreCluster(opened.vault(),
                    new RestoreTools(SERVERS.bareRoom(), Servers.connector(), System::nanoTime, "here",
                            List.of(), CrashPoints.none()));

            assertThatThrownBy(() -> restore.plan("clinic", kit.to("latest")))
                    .isInstanceOf(ServerFault.NotInstalled.class).hasMessageContaining("18");
            assertThat(kit.into()).doesNotExist();
        }
    }

    @Test
    void aSystemThatTheRepositoryDoesNotHaveIsRefused() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            assertThatThrownBy(() -> kit.restore(CrashPoints.none()).plan("pharmacy", kit.to("latest")))
                    .isInstanceOf(RestoreFault.NothingToRestore.class);
        }
    }
}
