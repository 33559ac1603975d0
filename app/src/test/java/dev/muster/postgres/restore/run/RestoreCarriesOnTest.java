// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.datadir.ControlFile;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestoreMark;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ServerFault;
import dev.muster.postgres.server.StartOptions;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A restore that is broken off anywhere is carried on, and until then nothing of it can be taken for a cluster. */
class RestoreCarriesOnTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    /** The crash points that the package names, in their order. */
    static final List<String> POINTS = List.of("restore.after-mark", "restore.in-files", "restore.after-files",
            "restore.after-configuration", "restore.after-directories", "restore.after-control", "restore.after-ready",
            "restore.before-start", "restore.after-start", "restore.after-recovery", "restore.after-stop",
            "restore.after-settings", "restore.before-unmark");

    private static Path repository;
    private static String older;

    /** The end of the process, as far as one within it can have it. */
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeAll
    static void backUp() throws Exception {
        try (var source = ProtectedServer.start(SERVERS, 18)) {
            older = source.backUp().snapshot();
            source.server().execute("create table t as select n, md5(n::text) s from generate_series(1, 50000) n");
            source.backUp();
            source.server().execute("delete from t where n % 2 = 0", "insert into t values (0, 'last')");
            source.caughtUp();
            repository = source.directory();
        }
    }

    private static void requireWhole(RestoreKit kit, Restored restored) throws Exception {
        try (var copy = kit.start(restored)) {
            assertThat(copy.query("select count(*) || ' ' || min(n) || ' ' || sum(n) from t"))
                    .containsExactly("25001 0 625000000");
        }
        assertThat(kit.into().resolve(RestoreMark.NAME)).doesNotExist();
        assertThat(kit.into().resolve("muster-log")).doesNotExist();
        assertThat(kit.into().resolve(Turn.NAME)).doesNotExist();
    }

    @Test
    void thePointsAreThoseOfTheProgramInTheirOrder() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
            var seen = new LinkedHashSet<String>();
            kit.restore(kit.to("latest"), seen::add);
            assertThat(seen).containsExactlyElementsOf(POINTS);
        }
    }

    @ParameterizedTest
    @FieldSource("POINTS")
    void brokenOffAnywhereItIsCarriedOn(String point) throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
            assertThatThrownBy(() -> kit.restore(kit.to("latest"), at(point))).isInstanceOf(Crash.class);
            if (POINTS.indexOf(point) < POINTS.indexOf("restore.after-recovery")) {
                refusesToStart(kit.into());
            }
            assertThatThrownBy(() -> kit.restore(kit.to(older))).as("another plan")
                    .isInstanceOf(RestoreFault.DirectoryRefused.class);

            requireWhole(kit, kit.restore(kit.to("latest")));
        }
    }

    @Test
    void anotherTargetMayBeChosenUntilAServerHasStarted() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
            assertThatThrownBy(() -> kit.restore(kit.to("immediate"), at("restore.after-ready")))
                    .isInstanceOf(Crash.class);
            assertThatThrownBy(() -> kit.restore(kit.to("latest"), at("restore.after-start")))
                    .isInstanceOf(Crash.class);
            assertThatThrownBy(() -> kit.restore(kit.to("immediate")))
                    .isInstanceOf(RestoreFault.DirectoryRefused.class).hasMessageContaining("latest");

            requireWhole(kit, kit.restore(kit.to("latest")));
        }
    }

    @Test
    void onlyOneProcessWorksOnADirectoryAndWhatCameMeanwhileIsLeftAlone() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
            var restore = kit.restore(CrashPoints.none());
            var plan = restore.plan("clinic", kit.to("latest"));
            try (var _ = Turn.take(kit.into())) {
                assertThatThrownBy(() -> restore.run(plan, _ -> {})).isInstanceOf(RestoreFault.DirectoryRefused.class)
                        .hasMessageContaining("another process");
            }
            Files.delete(kit.into().resolve(Turn.NAME));
            var precious = Files.writeString(kit.into().resolve("precious"), "of somebody");
            assertThatThrownBy(() -> restore.run(plan, _ -> {})).isInstanceOf(RestoreFault.DirectoryRefused.class)
                    .hasMessageContaining("precious");
            assertThat(kit.into()).isDirectoryNotContaining("glob:**/muster*");
            Files.delete(precious);

            requireWhole(kit, restore.run(plan, _ -> {}));
        }
    }

    private static CrashPoints at(String point) {
        return reached -> {
            if (reached.equals(point)) {
                throw new Crash();
            }
        };
    }

    /** Without pg_control no server starts; with it, none that was not told where to fetch the log. */
    private static void refusesToStart(Path directory) {
        assertThatThrownBy(() -> {
            var server = SERVERS.launch(SERVERS.installation(18), Cluster.at(directory), StartOptions.defaults());
            server.awaitReady(Duration.ofSeconds(30));
        }).isInstanceOf(ServerFault.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore.in-files", "restore.after-control", "restore.after-start",
            "restore.after-recovery"})
    void aKilledProcessIsCarriedOn(String point) throws Exception {
        var directory = SERVERS.directory();
        var program = RestoreProgram.start(repository, directory, point);
        assertThat(program.waitFor()).as("killed").isEqualTo(137);

        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), directory);
            assertThat(kit.into().resolve(RestoreMark.NAME)).exists();
            requireWhole(kit, kit.restore(kit.to("latest")));
        }
    }

    @Test
    void whatIsNotCompleteIsFetchedAgainAndWhatDoesNotBelongGoes() throws Exception {
        try (var opened = TestRepository.open(repository, CrashPoints.none())) {
            var kit = new RestoreKit(opened.vault(), SERVERS.room(), SERVERS.directory());
            assertThatThrownBy(() -> kit.restore(kit.to("latest"), at("restore.after-files")))
                    .isInstanceOf(Crash.class);
            assertThat(kit.into().resolve(ControlFile.PATH)).doesNotExist();
            var files = relations(kit.into());
            for (var at = 0; at < files.size(); at += 3) {
                damage(files.get(at), at);
            }
            Files.writeString(kit.into().resolve("base/4711"), "not of this snapshot");
            Files.createDirectories(kit.into().resolve("base/99999/deep"));

            requireWhole(kit, kit.restore(kit.to("latest")));

            assertThat(kit.into().resolve("base/4711")).doesNotExist();
            assertThat(kit.into().resolve("base/99999")).doesNotExist();
        }
    }

    private static List<Path> relations(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        try (var tree = Files.walk(directory.resolve("base"))) {
            tree.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
        return files;
    }

    /** As a process leaves a file that was killed while it wrote it. */
    private static void damage(Path file, int which) throws IOException {
        switch (which % 2) {
            case 0 -> Files.delete(file);
            default -> Files.write(file, new byte[(int) Files.size(file)]);
        }
    }
}
