// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.restore.Aside;
import dev.muster.postgres.restore.Destination;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestoreMark;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is where a cluster is to be restored is renamed as a whole, never lost, and never taken from a server. */
class MoveAsideTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final String AFTER_ASIDE = "restore.after-aside";
    private static final Instant FIRST = Instant.parse("2026-11-20T19:00:00Z");
    private static final Instant LATER = Instant.parse("2026-11-20T19:00:07Z");

    private static Path repository;
    private static long tablespace;
    private static Path original;

    private Path directory;
    private Path fast;

    /** The end of the process, as far as one within it can have it. */
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeAll
    static void backUp() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 18)) {
            original = SERVERS.directory().resolve("original");
            Files.createDirectory(original);
            SERVERS.account().own(original);
            source.server().execute("create tablespace fast location '" + original + "'",
                    "create table t tablespace fast as select n from generate_series(1, 5000) n");
            tablespace = Long.parseLong(
                    source.server().query("select oid from pg_tablespace where spcname = 'fast'").getFirst());
            source.backUp();
            source.caughtUp();
            repository = source.directory();
        }
    }

    /** A cluster and its tablespace, as a server has left them. */
    @BeforeEach
    void occupy() throws Exception {
        directory = SERVERS.directory();
        fast = directory.resolve("fast");
        occupy(directory.resolve("restored"));
        occupy(fast);
    }

    private static void occupy(Path path) throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("PG_VERSION"), "18\n");
        Files.writeString(path.resolve("precious"), "of " + path.getFileName());
        SERVERS.account().own(path);
    }

    private Path aside(String name, String moment) {
        return directory.resolve(name + ".aside-" + moment);
    }

    private void requireKept(String name, String moment) {
        assertThat(aside(name, moment).resolve("precious")).hasContent("of " + name);
        assertThat(aside(name, moment)).isDirectoryNotContaining("glob:**/muster*");
    }

    private RestoreRequest request(RestoreKit kit, Instant moment) {
        return kit.to("latest").withTablespace(tablespace, fast).movingAside(moment);
    }

    private RestoreKit kit(TestRepository opened) {
        return new RestoreKit(opened.vault(), SERVERS.room(), directory);
    }

    private static void requireWhole(RestoreKit kit, Restored restored) throws Exception {
        try (var copy = kit.start(restored)) {
            assertThat(copy.query("select count(*) from t")).containsExactly("5000");
        }
        assertThat(kit.into().resolve(RestoreMark.NAME)).doesNotExist();
    }

    @Test
    void aClusterAndItsTablespaceAreKeptUnderOtherNames() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var plan = kit.restore(CrashPoints.none()).plan("clinic", request(kit, FIRST));
            assertThat(plan.asides()).extracting(Aside::holds)
                    .containsExactly("a PostgreSQL cluster", "a PostgreSQL cluster");
            assertThat(plan.asides()).allMatch(each -> each.bytes().orElseThrow() > 0);
            assertThat(fast.resolve("precious")).as("a plan changes nothing").exists();
            assertThat(kit.into()).isDirectoryNotContaining("glob:**/muster*");

            var restored = kit.restore(request(kit, FIRST));

            assertThat(restored.plan().asides()).isEqualTo(plan.asides());
            requireKept("restored", "20261120T190000Z");
            requireKept("fast", "20261120T190000Z");
            requireWhole(kit, restored);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void brokenOffBetweenRenamesItIsCarriedOn(int renames) throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var seen = new AtomicInteger();
            assertThatThrownBy(() -> kit.restore(request(kit, FIRST), point -> {
                if (point.equals(AFTER_ASIDE) && seen.incrementAndGet() == renames) {
                    throw new Crash();
                }
            })).isInstanceOf(Crash.class);
            assertThat(fast).doesNotExist();

            requireWhole(kit, kit.restore(request(kit, LATER)));

            requireKept("fast", "20261120T190000Z");
            assertThat(aside("restored", renames == 1 ? "20261120T190007Z" : "20261120T190000Z").resolve("precious"))
                    .hasContent("of restored");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AFTER_ASIDE, "restore.after-mark", "restore.after-control"})
    void aKilledProcessIsCarriedOnAndMovesNothingOfItsOwnAside(String point) throws Exception {
        assertThat(RestoreProgram.start(repository, directory, point).waitFor()).as("killed").isEqualTo(137);

        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            requireWhole(kit, kit.restore(kit.to("latest").movingAside(LATER)));
        }
        try (var names = Files.list(directory)) {
            assertThat(names.map(Path::getFileName).map(Path::toString).filter(name -> name.contains(".aside-")))
                    .hasSize(1).noneMatch(name -> name.endsWith("20261120T190007Z"));
        }
    }

    @Test
    void anUnfinishedRestoreOfAnotherPlanIsMovedAsideToo() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            assertThatThrownBy(() -> kit.restore(kit.to("latest").movingAside(FIRST), point -> {
                if (point.equals("restore.after-files")) {
                    throw new Crash();
                }
            })).isInstanceOf(Crash.class);

            requireWhole(kit, kit.restore(request(kit, LATER)));

            assertThat(aside("restored", "20261120T190007Z").resolve(RestoreMark.NAME)).exists();
            requireKept("restored", "20261120T190000Z");
        }
    }

    @Test
    void nothingIsTakenFromAServerThatRuns() throws Exception {
        try (var running = SERVERS.fresh(18); var opened = TestRepository.open(repository, CrashPoints.none())) {
            var data = running.server().cluster().dataDirectory();
            var linked = Files.createDirectory(directory.resolve("linked"));
            SERVERS.account().own(linked);
            running.execute("create tablespace there location '" + linked + "'");
            var kit = kit(opened);
            for (var into : List.of(data, data.resolveSibling(""))) {
                var request = RestoreRequest.to(kit.to("latest").target(), into).movingAside(FIRST);
                var fault = refused(kit, request);
                assertThat(fault.what()).contains("process " + running.server().pid());
                assertThat(fault.kind()).isEqualTo(FaultKind.USAGE);
            }
            assertThat(refused(kit, RestoreRequest.to(kit.to("latest").target(), directory.resolve("new"))
                    .withTablespace(tablespace, linked).movingAside(FIRST)).what()).contains("with a tablespace in it");
            assertThat(running.query("select 1")).containsExactly("1");
            assertThat(data).exists();
        }
    }

    private static Fault refused(RestoreKit kit, RestoreRequest request) {
        return catchThrowableOfType(RestoreFault.NotMovedAside.class, () -> kit.restore(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a number", "alive", "-alive"})
    void aPidFileThatSpeaksOfAProcessIsBelieved(String pid) throws Exception {
        var sleeper = new ProcessBuilder("sleep", "600").start();
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            var file = Files.writeString(kit.into().resolve("postmaster.pid"),
                    pid.replace("alive", Long.toString(sleeper.pid())) + "\n" + kit.into() + "\n");
            assertThat(refused(kit, request(kit, FIRST)).remedy()).contains("postmaster.pid");
            assertThat(kit.into().resolve("precious")).exists();

            if (!pid.startsWith("not")) {
                sleeper.destroyForcibly().waitFor();
            } else {
                Files.delete(file);
            }
            assertThat(kit.restore(CrashPoints.none()).plan("clinic", request(kit, FIRST)).asides()).hasSize(2);
        } finally {
            sleeper.destroyForcibly();
        }
    }

    @Test
    void aDirectoryThatIsBeingRestoredIntoIsNotMovedAside() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            try (var _ = Turn.take(kit.into())) {
                assertThatThrownBy(() -> kit.restore(request(kit, FIRST)))
                        .isInstanceOf(RestoreFault.DirectoryRefused.class).hasMessageContaining("another process");
            }
            assertThat(kit.into().resolve("precious")).exists();
            assertThat(fast.resolve("precious")).exists();
        }
    }

    @Test
    void whatIsNoDirectoryOrHasItsNewNameTakenStays() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = kit(opened);
            Files.createDirectory(aside("restored", "20261120T190000Z"));
            assertThat(refused(kit, request(kit, FIRST)).what()).contains("already");
            var link = Files.createSymbolicLink(directory.resolve("link"), fast);
            assertThat(refused(kit, RestoreRequest.to(kit.to("latest").target(), link).movingAside(FIRST)).what())
                    .contains("symbolic link");
            assertThat(fast.resolve("precious")).exists();
            assertThat(kit.into().resolve("precious")).exists();
        }
    }

    @Test
    void whatMustStayIsNeitherMovedNorRestoredInto() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var state = directory.resolve("state");
            var kit = kit(opened).keeping(new KeptPlace(repository, "the repository", true),
                    new KeptPlace(state, "the state directory", true),
                    new KeptPlace(fast.resolve("clinic.key"), "the key file", false));
            var target = kit.to("latest").target();
            for (var into : List.of(repository, repository.resolve("new"), state, state.resolve("deep/new"))) {
                for (var request : List.of(RestoreRequest.to(target, into),
                        RestoreRequest.to(target, into).movingAside(FIRST))) {
                    assertThatThrownBy(() -> kit.restore(CrashPoints.none()).plan("clinic", request))
                            .as(into.toString()).isInstanceOf(RestoreFault.DirectoryRefused.class)
                            .hasMessageMatching(".*(the repository|the state directory).*");
                }
            }
            assertThatThrownBy(() -> kit.restore(CrashPoints.none()).plan("clinic",
                    RestoreRequest.to(target, directory).movingAside(FIRST))).hasMessageContaining("is in it");
            assertThatThrownBy(() -> kit.restore(CrashPoints.none()).plan("clinic", request(kit, FIRST)))
                    .isInstanceOf(RestoreFault.TablespaceRefused.class).hasMessageContaining("the key file");
            var beside = RestoreRequest.to(target, directory.resolve("beside-the-key"));
            assertThat(kit.restore(CrashPoints.none()).plan("clinic", beside).asides()).isEmpty();
            assertThat(repository.resolve("new")).doesNotExist();
        }
    }

    @Test
    void theOwnerIsTheSameBeforeAndAfterItWasMoved() throws Exception {
        var into = directory.resolve("restored");
        var destination = Destination.of(into).movingAside(FIRST);
        assertThat(DirectoryOwner.of(destination)).isEqualTo(into);
        var older = Files.createDirectory(aside("restored", "20261119T190000Z"));
        var newest = Files.move(into, aside("restored", "20261120T190000Z"));
        assertThat(older).exists();
        assertThat(DirectoryOwner.of(destination)).isEqualTo(newest);
        assertThat(DirectoryOwner.of(Destination.of(into))).as("not asked for").isEqualTo(into);
        Files.createDirectory(into);
        Files.createFile(into.resolve(RestoreMark.NAME));
        assertThat(DirectoryOwner.of(destination)).isEqualTo(into.resolve(RestoreMark.NAME));
    }

    @Test
    void mountPointsAreToldByTheKernelsTable() throws Exception {
        var odd = Files.createDirectory(directory.resolve("a b\\c"));
        var table = Files.writeString(directory.resolve("mountinfo"),
                "22 1 0:21 / / rw - ext4 /dev/sda1 rw\n23 22 0:22 / "
                        + odd.toRealPath().toString().replace("\\", "\\134").replace(" ", "\\040")
                        + " rw shared:2 - ext4 /dev/sdb1 rw\n");

        assertThat(new MountPoints(table).include(odd)).isTrue();
        assertThat(new MountPoints(table).include(fast)).isFalse();
        assertThat(new MountPoints(table).include(Path.of("/"))).isTrue();
        assertThat(new MountPoints(directory.resolve("none")).include(fast)).isFalse();
        assertThat(MountPoints.ours().include(Path.of("/proc"))).isEqualTo(Files.exists(Path.of("/proc")));
    }
}
