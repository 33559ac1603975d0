// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.muster.postgres.restore.Repository.wal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RestorePlanTest {

    private static final Path DIRECTORY = Path.of("/srv/restored");
    private static final Path FAST = Path.of("/mnt/fast");
    private static final SourceSettings PLAIN = new SourceSettings(new TreeMap<>(), Map.of());
    private static final SourceSettings WITH_TABLESPACES = new SourceSettings(
            new TreeMap<>(Map.of(16_385L, "/fast", 16_386L, "/slow")), Map.of());

    private static final Pace MEASURED = new Pace(
            List.of(new Measurement(1_000_000_000, Duration.ofSeconds(12)),
                    new Measurement(500_000_000, Duration.ofSeconds(3))),
            List.of(new Measurement(60_000_000, Duration.ofMinutes(1))),
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(5)), Optional.empty());

    private static Repository repository() {
        return new Repository().first(1, wal(1, 9.5, 100)).snapshot("aaaa", 1, 2.1, 2.2, 20, 3).clock(1, 7.5, 70)
                .child(2, 2, 1, 7.5, 120, wal(7, 12, 200));
    }

    private static RestoreRequest request(String target) {
        return RestoreRequest.to(new ReadTarget(ZoneId.of("Europe/Berlin")).read(target, false), DIRECTORY);
    }

    private static RestorePlan plan(RestoreRequest request, SourceSettings source, Ground ground)
            throws InterruptedException {
        var chosen = new ChooseRecovery(repository().recoverable(), new Records(), "muster restore").choose(
                request.target().target(),
                request.timeline());
        return RestorePlan.of(request, chosen, source, ground);
    }

    /** Every time and position is met by a record at 11.5. */
    private static final class Records implements WalSearch {

        @Override
        public List<Found> find(Reach reach, RecoveryTarget target) {
            return List.of(new Found(Repository.at(11.5), Repository.at(11.6), Repository.minute(190)));
        }

        @Override
        public Lsn lastEnd(Reach reach) {
            return reach.end();
        }

        @Override
        public Optional<Instant> lastTransaction(Reach reach) {
            return Optional.empty();
        }
    }

    private static Ground ground(DirectoryState state) {
        return new Ground(state, new TreeMap<>(), OptionalLong.of(5_000_000_000L), Optional.of("PostgreSQL 16.4"),
                "postgres", new TreeMap<>());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"latest | recovery_target_inclusive=on",
            "immediate | recovery_target=immediate", "aaaa | recovery_target=immediate",
            "2026-11-20 00:50:00Z | recovery_target_time=2026-11-20 00:50:00+00",
            "lsn:0/5000000 | recovery_target_lsn=0/5000000"})
    void exactlyOneTargetIsSet(String target, String setting) throws InterruptedException {
        var settings = plan(request(target), PLAIN, Ground.unknown()).settings();

        assertThat(settings).contains(
                Map.entry(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1)));
        assertThat(settings.keySet()).contains("recovery_target", "recovery_target_time", "recovery_target_lsn",
                "recovery_target_xid", "recovery_target_name");
        assertThat(settings.entrySet().stream()
                .filter(each -> each.getKey().matches("recovery_target(_(time|lsn|xid|name))?"))
                .filter(each -> !each.getValue().isEmpty())).hasSize(target.equals("latest") ? 0 : 1);
        assertThat(settings).containsEntry("recovery_target_action", "promote")
                .containsEntry("recovery_target_timeline",
                        setting.contains("immediate") ? "1" : "2");
    }

    @Test
    void whatWouldDoHarmIsNeutralisedAndSaid() throws InterruptedException {
        var source = new SourceSettings(new TreeMap<>(), Map.of("primary_conninfo", "host=db1 password=hunter2",
                "synchronous_standby_names", "FIRST 1 (muster)", "archive_mode", "on", "recovery_min_apply_delay", "0",
                "max_logical_replication_workers", "4", "max_connections", "500"));

        var copy = plan(request("latest"), source, ground(new DirectoryState.Absent()));
        var successor = plan(request("latest").with(Purpose.SUCCESSOR), source, ground(new DirectoryState.Absent()));

        assertThat(copy.settings()).containsEntry("primary_conninfo", "").containsEntry("synchronous_standby_names", "")
                .containsEntry("archive_mode", "off").containsEntry("max_logical_replication_workers", "0")
                .doesNotContainKeys("max_connections", "sync_replication_slots");
        assertThat(copy.text(Pace.unknown())).contains("primary_conninfo was set; not shown, is empty")
                .contains("archive_mode was on, is off").doesNotContain("hunter2")
                .doesNotContain("recovery_min_apply_delay was");
        assertThat(successor.settings()).containsEntry("primary_conninfo", "")
                .doesNotContainKeys("archive_mode", "max_logical_replication_workers");
        assertThat(copy.document(Pace.unknown()).neutralised()).extracting(Neutral::name)
                .containsExactly("primary_conninfo", "synchronous_standby_names", "archive_mode",
                        "max_logical_replication_workers");
    }

    @Test
    void thePlanIsPrintedWhole() throws InterruptedException {
        var plan = plan(request("2026-11-20 02:05").withTablespace(16_386, Path.of("/mnt/slow")), WITH_TABLESPACES,
                ground(new DirectoryState.Empty()));

        assertThat(plan.text(MEASURED)).isEqualTo("""
                Restore plan %s
                  target       2026-11-20 01:05:00Z
                  snapshot     aaaa, consistent at 0/2333333, 2026-11-20 00:20:00Z
                  files        1,000 files, 2.0 GB
                  WAL          timeline 1 (00000000) from 0/2199999 to 0/7800000
                  WAL          timeline 2 (00000000) from 0/7800000 to 0/C000000
                               157.7 MB to replay; the repository's end is of 2026-11-20 03:20:00Z
                  stops        at the target, 0/B800000
                  into         /srv/restored (empty), for user postgres
                  tablespace   16385: /fast becomes /srv/restored/muster-tablespaces/16385
                  tablespace   16386: /slow becomes /mnt/slow
                  disk         5.0 GB free
                  server       PostgreSQL 16.4
                  setting      recovery_target_time = 2026-11-20 01:05:00+00
                  setting      recovery_target_inclusive = on
                  setting      recovery_target_timeline = 2
                  setting      recovery_target_action = promote
                  afterwards   it is promoted to a timeline of its own
                  forecast     about 3m 02s
                               files: 2.0 GB in about 20 s, at 100.0 MB/s, as measured in 2 restores
                               WAL: 157.7 MB in about 2m 38s, at 1.0 MB/s, as measured in 1 restore
                               the rest: about 4 s, as measured in 2 restores
                  note         2026-11-20 02:05 in Europe/Berlin is 2026-11-20 01:05:00Z.
                  note         The source had 3 bad pages when it was read: they will be bad here too.
                """.formatted(plan.id()));
        var document = plan.document(Pace.unknown());
        assertThat(document.path()).extracting(PlanDocument.PathStep::toLsn).containsExactly("0/7800000", "0/C000000");
        assertThat(document.tablespaces()).containsEntry("16386", "/mnt/slow");
        assertThat(document.forecastSeconds()).isNull();
        assertThat(document.forecast().copy().why()).contains("has been measured on this host yet");
        var measured = plan.document(MEASURED);
        assertThat(measured.forecastSeconds()).isEqualTo(181);
        assertThat(measured.forecast().copy())
                .isEqualTo(new Forecast.StepDocument(2_000_000_000L, 20.0, 2, null));
        assertThat(document.stopLsn()).isEqualTo("0/B800000");
    }

    @Test
    void aPlanOfWhichOnlyTheServerKnowsTheEndSaysThatItsForecastIsTheMost() throws InterruptedException {
        var known = plan(request("latest"), PLAIN, Ground.unknown());
        var unknown = new RestorePlan(known.request(), known.reach(),
                new Stop.AtTarget(new RecoveryTarget.Named("x"), Optional.empty()), List.of(), known.settings(),
                List.of(), known.ground(), List.of());

        assertThat(unknown.text(MEASURED)).contains("forecast     at most about ", "WAL: at most 166.1 MB in about ");
        assertThat(known.text(MEASURED)).doesNotContain("at most");
    }

    @Test
    void whatIsMovedAsideIsNotCarriedOnAndSoIsForecast() throws InterruptedException {
        var other = new DirectoryState.Unfinished(
                new RestoreMark("other", "b", "latest", RestoreMark.Phase.FILES));

        assertThat(aside(other, Map.of()).forecast(MEASURED).total()).isPresent();
    }

    @Test
    void thePlansIdIsThatOfItsFiles() throws InterruptedException {
        var plan = plan(request("latest"), PLAIN, Ground.unknown());

        assertThat(plan(request("immediate"), PLAIN, Ground.unknown()).id()).isEqualTo(plan.id());
        assertThat(plan(new RestoreRequest(plan.request().target(), plan.request().timeline(),
                Destination.of(Path.of("/srv/other")), EndAction.PROMOTE, Purpose.COPY), PLAIN, Ground.unknown()).id())
                .isNotEqualTo(plan.id());
        assertThat(plan(request("latest"), WITH_TABLESPACES, Ground.unknown()).id()).isNotEqualTo(plan.id());
    }

    @Test
    void aDirectoryThatHoldsAnythingIsRefused() {
        assertThatThrownBy(() -> plan(request("latest"), PLAIN, ground(new DirectoryState.Occupied("PG_VERSION"))))
                .isInstanceOf(RestoreFault.DirectoryRefused.class).hasMessageContaining("PG_VERSION");
    }

    @Test
    void onlyTheSameUnfinishedRestoreIsCarriedOn() throws InterruptedException {
        var plan = plan(request("latest"), PLAIN, Ground.unknown());
        for (var phase : RestoreMark.Phase.values()) {
            var same = ground(new DirectoryState.Unfinished(plan.mark(phase)));
            assertThat(plan(request("latest"), PLAIN, same).text(MEASURED)).contains("carried on from",
                    "forecast     unknown: it is carried on, and how much is done is seen only then");
            var other = ground(new DirectoryState.Unfinished(new RestoreMark("other", "bbbb", "latest", phase)));
            assertThatThrownBy(() -> plan(request("latest"), PLAIN, other))
                    .isInstanceOf(RestoreFault.DirectoryRefused.class).hasMessageContaining("bbbb");
        }
        var files = ground(new DirectoryState.Unfinished(plan.mark(RestoreMark.Phase.READY)));
        var recovering = ground(new DirectoryState.Unfinished(plan.mark(RestoreMark.Phase.RECOVERING)));
        assertThat(plan(request("immediate"), PLAIN, files).id()).isEqualTo(plan.id());
        assertThatThrownBy(() -> plan(request("immediate"), PLAIN, recovering))
                .isInstanceOf(RestoreFault.DirectoryRefused.class).hasMessageContaining("another target");
    }

    @Test
    void aMarkComesBackFromItsFile() throws InterruptedException {
        var mark = plan(request("2026-11-20 00:50:00Z"), PLAIN, Ground.unknown()).mark(RestoreMark.Phase.RECOVERING);

        assertThat(RestoreMark.parse(mark.bytes())).contains(mark);
        assertThat(RestoreMark.parse(new byte[0])).isEmpty();
        assertThat(RestoreMark.parse("anything\nplan a\nsnapshot b\ntarget c\nphase files\n".getBytes(
                StandardCharsets.UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv", "/srv/restored", "/srv/restored/base", "/srv/restored/pg_tblspc/16385",
            "/srv/restored/muster-tablespaces/16386", "/srv/restored/muster-tablespaces"})
    void aTablespaceMustLieApart(String path) {
        assertThatThrownBy(() -> plan(request("latest").withTablespace(16_385, Path.of(path)), WITH_TABLESPACES,
                Ground.unknown())).isInstanceOf(RestoreFault.TablespaceRefused.class);
    }

    @Test
    void aTablespaceThatTheSnapshotDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> plan(request("latest").withTablespace(1, Path.of("/x")), WITH_TABLESPACES,
                Ground.unknown())).isInstanceOf(RestoreFault.TablespaceRefused.class).hasMessageContaining("16385");
    }

    @Test
    void aTablespacesDirectoryMustBeEmptyOrOurs() throws InterruptedException {
        var path = Path.of("/mnt/fast");
        var request = request("latest").withTablespace(16_385, path);
        var plan = plan(request, WITH_TABLESPACES, Ground.unknown());

        assertThatThrownBy(
                () -> plan(request, WITH_TABLESPACES, tablespace(path, new DirectoryState.Occupied("a file"))))
                .isInstanceOf(RestoreFault.TablespaceRefused.class);
        assertThatThrownBy(() -> plan(request, WITH_TABLESPACES, tablespace(path, new DirectoryState.Unfinished(
                new RestoreMark("other", "b", "latest", RestoreMark.Phase.FILES)))))
                .isInstanceOf(RestoreFault.TablespaceRefused.class);
        assertThat(plan(request, WITH_TABLESPACES, tablespace(path, new DirectoryState.Unfinished(
                plan.mark(RestoreMark.Phase.FILES)))).id()).isEqualTo(plan.id());
    }

    private static Ground tablespace(Path path, DirectoryState state) {
        return new Ground(new DirectoryState.Absent(), new TreeMap<>(Map.of(path, state)), OptionalLong.empty(),
                Optional.empty(), "postgres", new TreeMap<>());
    }

    private static RestorePlan aside(DirectoryState directory, Map<Path, DirectoryState> tablespaces)
            throws InterruptedException {
        var request =
                request("latest").withTablespace(16_385, FAST).movingAside(Instant.parse("2026-11-20T19:00:00.7Z"));
        return plan(request, WITH_TABLESPACES, new Ground(directory, new TreeMap<>(tablespaces), OptionalLong.empty(),
                Optional.empty(), "postgres", new TreeMap<>(Map.of(DIRECTORY, 1_500L))));
    }

    @Test
    void whatIsInTheWayIsMovedAsideIfThatIsAskedFor() throws InterruptedException {
        var plan = aside(new DirectoryState.Occupied("a PostgreSQL cluster"),
                Map.of(FAST, new DirectoryState.Occupied("PG_16")));

        assertThat(plan.asides()).containsExactly(
                new Aside(FAST, Path.of("/mnt/fast.aside-20261120T190000Z"), "PG_16", OptionalLong.empty()),
                new Aside(DIRECTORY, Path.of("/srv/restored.aside-20261120T190000Z"), "a PostgreSQL cluster",
                        OptionalLong.of(1_500)));
        assertThat(plan.text(Pace.unknown())).contains(
                "  move aside   /mnt/fast (holds PG_16) becomes /mnt/fast.aside-20261120T190000Z\n"
                        + "  move aside   /srv/restored (holds a PostgreSQL cluster, 1.5 kB) becomes "
                        + "/srv/restored.aside-20261120T190000Z\n"
                        + "  into         /srv/restored (will be made anew), for user postgres\n",
                "Nothing of what is moved aside is deleted.");
        assertThat(plan.document(Pace.unknown()).asides()).containsExactly(
                new PlanDocument.MovedAside("/mnt/fast", "/mnt/fast.aside-20261120T190000Z", "PG_16", null),
                new PlanDocument.MovedAside("/srv/restored", "/srv/restored.aside-20261120T190000Z",
                        "a PostgreSQL cluster", 1_500L));
        assertThatThrownBy(plan::requireFree).isInstanceOf(RestoreFault.DirectoryRefused.class);
    }

    @Test
    void anUnfinishedRestoreOfThePlanIsNeverMovedAside() throws InterruptedException {
        var plan = aside(new DirectoryState.Absent(), Map.of());
        for (var phase : RestoreMark.Phase.values()) {
            var ours = new DirectoryState.Unfinished(plan.mark(phase));
            assertThat(aside(ours, Map.of(FAST, ours)).asides()).isEmpty();
            assertThat(aside(new DirectoryState.Absent(), Map.of(FAST, ours)).asides()).isEmpty();
            assertThatThrownBy(() -> aside(ours, Map.of(FAST, new DirectoryState.Occupied("a file"))))
                    .as("a tablespace of a restore that is carried on")
                    .isInstanceOf(RestoreFault.TablespaceRefused.class);
        }
    }

    @Test
    void whatBelongsTogetherIsMovedAsideTogether() throws InterruptedException {
        var plan = aside(new DirectoryState.Absent(), Map.of());
        var ours = new DirectoryState.Unfinished(plan.mark(RestoreMark.Phase.FILES));
        var recovering = plan.mark(RestoreMark.Phase.RECOVERING);
        var elsewhere = new DirectoryState.Unfinished(
                new RestoreMark(recovering.plan(), recovering.snapshot(), "another target", recovering.phase()));

        assertThat(aside(elsewhere, Map.of(FAST, ours)).asides()).extracting(Aside::from)
                .containsExactly(FAST, DIRECTORY);
        assertThat(aside(elsewhere, Map.of(plan.tablespaceDirectory().resolve("16386"), ours)).asides())
                .as("what lies in the directory goes with it").extracting(Aside::from).containsExactly(DIRECTORY);
        assertThat(aside(new DirectoryState.Empty(), Map.of(FAST, new DirectoryState.Occupied("a file"))).asides())
                .extracting(Aside::from).containsExactly(FAST);
    }

    @Test
    void aRefusalNamesTheOptionThatMovesAside() {
        assertThatThrownBy(() -> plan(request("latest"), PLAIN, ground(new DirectoryState.Occupied("a file"))))
                .satisfies(fault -> assertThat(((Fault) fault).remedy()).contains("--move-aside"));
        assertThatThrownBy(() -> plan(request("latest").withTablespace(16_385, FAST), WITH_TABLESPACES,
                tablespace(FAST, new DirectoryState.Occupied("a file"))))
                .satisfies(fault -> assertThat(((Fault) fault).remedy()).contains("--move-aside"));
    }

    @Test
    void windowsAreTheStretchesThatCanBeReached() {
        var windows = repository().snapshot("bbbb", 1, 8.1, 8.2, 90).recoverable().windows();

        assertThat(windows).hasSize(2);
        assertThat(windows.getFirst().points()).extracting(BackupPoint::id).containsExactly("aaaa", "bbbb");
        assertThat(windows.getFirst().start()).isEqualTo(Repository.at(2.2));
        assertThat(windows.getFirst().endTime()).contains(Repository.minute(100));
        assertThat(windows.getLast().points()).extracting(BackupPoint::id).containsExactly("aaaa");
        assertThat(windows.getLast().start()).isEqualTo(Repository.at(7.5));
        assertThat(windows.getLast().startTime()).contains(Repository.minute(70));
        assertThat(windows.getLast().end()).isEqualTo(Repository.at(12));
    }
}
