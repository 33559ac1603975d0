// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.WireFault;
import dev.muster.work.Wait;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The commands that answer at once, against real servers. */
class ReplicationTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private final TestWire wire = new TestWire();

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aServerSaysWhichClusterItIs(int major) throws Exception {
        var server = SERVERS.shared(major);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var identity = new Replication(connection).identifySystem();

            assertThat(server.query("select system_identifier from pg_control_system()"))
                    .containsExactly(identity.systemId().toString());
            assertThat(identity.timeline()).isEqualTo(TimelineId.of(1));
            assertThat(identity.position()).isGreaterThan(Lsn.ZERO)
                    .isLessThanOrEqualTo(Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst()));
            assertThat(connection.serverVersion().major()).isEqualTo(major);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PHYSICAL_REPLICATION", "DATABASE_REPLICATION"})
    void parametersAreShown(SessionKind kind) throws Exception {
        var server = SERVERS.shared(17);
        try (var connection = wire.connect(TestWire.socket(server), kind)) {
            var replication = new Replication(connection);

            assertThat(replication.walSegmentSize()).isEqualTo(WalSegmentSize.DEFAULT);
            assertThat(replication.show("max_wal_senders")).isEqualTo("10");
            assertThatThrownBy(() -> replication.show("a; b")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> replication.show("no_such_parameter")).isInstanceOf(WireFault.ServerError.class);
            assertThat(replication.show("server_version")).isEqualTo(connection.serverVersion().text());
        }
    }

    @Test
    void aClusterCanHaveSegmentsOfAnotherSize() throws Exception {
        var installation = SERVERS.installation(16);
        var options = ClusterOptions.defaults(new Authentication.Trust()).unsynced()
                .withWalSegmentMegabytes(64);
        try (var server = SERVERS.start(installation, SERVERS.cluster(installation, options));
                var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            assertThat(new Replication(connection).walSegmentSize()).isEqualTo(new WalSegmentSize(64 << 20));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aSlotIsCreatedReadAndDropped(int major) throws Exception {
        var server = SERVERS.shared(major);
        var slot = new SlotName("muster_slot_" + major);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            assertThat(replication.readSlot(slot)).isEmpty();

            replication.createPhysicalSlot(slot, false);

            var state = replication.readSlot(slot).orElseThrow();
            assertThat(state.timeline()).contains(TimelineId.of(1));
            assertThat(state.restart()).hasValueSatisfying(restart -> assertThat(restart).isGreaterThan(Lsn.ZERO));
            assertThatThrownBy(() -> replication.createPhysicalSlot(slot, false))
                    .isInstanceOfSatisfying(WireFault.ServerError.class,
                            e -> assertThat(e.serverMessage().sqlState()).isEqualTo("42710"));
            replication.dropSlot(slot);
            assertThat(replication.readSlot(slot)).isEmpty();
            assertThatThrownBy(() -> replication.dropSlot(slot)).isInstanceOf(WireFault.ServerError.class);
        }
    }

    @Test
    void aTemporarySlotGoesWithItsConnection() throws Exception {
        var server = SERVERS.shared(18);
        var slot = new SlotName("muster_passing");
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            new Replication(connection).createPhysicalSlot(slot, true);
            assertThat(slots(server)).contains(slot.text());
        }
        assertThat(new Wait(System::nanoTime).until(() -> !slots(server).contains(slot.text()),
                TestWire.SOON)).isTrue();
    }

    private static List<String> slots(TestServer server) throws SQLException {
        return server.query("select slot_name from pg_replication_slots");
    }

    @Test
    void theFirstTimelineHasNoHistory() throws Exception {
        var server = SERVERS.shared(16);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);

            assertThat(replication.timelineHistory(TimelineId.of(1))).isEmpty();
            assertThat(replication.timelineHistory(TimelineId.of(7))).isEmpty();
            assertThat(replication.identifySystem().timeline()).isEqualTo(TimelineId.of(1));
        }
    }

    @Test
    void theLogThatIsNotWrittenYetCannotBeStreamed() throws Exception {
        var server = SERVERS.shared(17);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var beyond = replication.identifySystem().position().plus(1L << 40);

            var stream = replication.stream(Optional.empty(), beyond, TimelineId.of(1));
            assertThatThrownBy(() -> stream.receive(TestWire.SOON, new LogCopy(beyond)))
                    .isInstanceOf(WireFault.ServerError.class).hasMessageContaining("ahead of the WAL flush position");
            assertThat(replication.identifySystem().timeline()).isEqualTo(TimelineId.of(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "a-b", "a b", "a\"b"})
    void whatIsNoNameOfASlotIsRefused(String name) {
        assertThatThrownBy(() -> new SlotName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestForABaseBackupIsWrittenAsServersReadIt() {
        var request = BaseBackupRequest.labelled("it's a label").fastCheckpoint().progress().includeWal()
                .withoutWaitingForArchive().tablespaceMap().withoutVerifyingChecksums().rateMax(32)
                .manifest(BaseBackupRequest.ManifestChecksum.SHA256).incremental();

        assertThat(request).hasToString("BASE_BACKUP (LABEL 'it''s a label', MANIFEST 'yes', CHECKPOINT 'fast',"
                + " PROGRESS true, WAL true, WAIT false, TABLESPACE_MAP true, VERIFY_CHECKSUMS false, MAX_RATE 32,"
                + " MANIFEST_CHECKSUMS 'SHA256', INCREMENTAL true)");
        assertThat(BaseBackupRequest.labelled("x")).hasToString("BASE_BACKUP (LABEL 'x', MANIFEST 'no')");
        assertThatThrownBy(() -> BaseBackupRequest.labelled("two\nlines")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.rateMax(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
