// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.store.FaultyStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalRepository;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Files of the spool go missing or are cut: the receiver goes on by itself, and says what nobody has any more. */
class CutSpoolTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 3000) n";
    private static final String SWITCH = "select pg_switch_wal()";

    @TempDir
    Path directory;

    private volatile boolean storeFails;
    private final WalRepository repository = new WalRepository(87,
            new FaultyStore(new MemoryStore(InstantSource.system()),
                    call -> storeFails && call.verb() == Verb.PUT
                            ? Optional.of(FaultyStore.Fault.ERROR_BEFORE)
                            : Optional.empty()));

    private TestReceiver receive(Machines.Node node) throws Exception {
        return TestReceiver.start(repository, directory.resolve("spool"),
                TestReceiver.options(node.conninfo(), Policy.asynchronous()));
    }

    /** The segments of the spool's only log, the oldest first; the last one is partial. */
    private List<Path> segments() throws IOException {
        try (var files = Files.walk(directory.resolve("spool"))) {
            return files.filter(each -> !each.toString().contains("/aside-"))
                    .filter(each -> each.getFileName().toString().matches("[0-9A-F]{24}(\\.partial)?")).sorted()
                    .toList();
        }
    }

    private boolean isAnythingAside() throws IOException {
        try (var all = Files.list(directory.resolve("spool"))) {
            return all.anyMatch(each -> each.getFileName().toString().startsWith("aside-"));
        }
    }

    private static void cut(Path segment, long bytes) throws IOException {
        try (var file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.truncate(bytes);
        }
    }

    private Lsn storedEnd(Lineage lineage) throws InterruptedException {
        return new Lsn(repository.archive(Role.RESTORE).cover(lineage.incarnation()).end().orElseThrow());
    }

    /** The repository has one history without a gap, with the server's bytes. */
    private void assertWhole(TestServer server, Machines.Node node, TestReceiver receiver) throws Exception {
        server.execute(FILL);
        var end = Machines.end(server);
        receiver.awaitStored(end);
        assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
        assertThat(repository.archive(Role.RESTORE).lineages().known()).hasSize(1);
        var first = new Lsn(receiver.lineage().descent().first());
        assertThat(Arrays.mismatch(TestReceiver.stored(repository, receiver.lineage(), first, end),
                node.log(TimelineId.of(1), first, end))).isEqualTo(-1);
    }

    private void spoolThree(TestServer server, TestReceiver receiver) throws Exception {
        receiver.awaitStored(Machines.end(server));
        storeFails = true;
        server.execute(FILL, SWITCH, FILL, SWITCH, FILL, SWITCH, FILL);
        receiver.awaitSpooled(Machines.end(server));
        assertThat(receiver.state().log().stored())
                .isLessThan(Machines.end(server).segmentStart(WalSegmentSize.DEFAULT));
    }

    @Test
    void aSpoolThatEndsBeforeWhatIsStoredIsGoneOnWith() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start()) {
            server.execute("create table t (n int, x text)");
            try (var receiver = receive(node)) {
                server.execute(FILL, SWITCH, FILL);
                receiver.awaitStored(Machines.end(server));
            }
            var segments = segments();
            Files.delete(segments.getLast());
            cut(segments.get(segments.size() - 2), 1_500_000);
            try (var receiver = receive(node)) {
                assertWhole(server, node, receiver);
                assertThat(receiver.events(ReceiverEvent.CutFound.class)).singleElement()
                        .satisfies(event -> assertThat(event.cut().aside()).isZero());
            }
            cut(segments().getLast(), 100_000);
            try (var receiver = receive(node)) {
                assertWhole(server, node, receiver);
                assertThat(receiver.events(ReceiverEvent.CutFound.class)).hasSize(1);
            }
            for (var segment : segments()) {
                Files.delete(segment);
            }
            try (var receiver = receive(node)) {
                assertWhole(server, node, receiver);
            }
        }
    }

    @Test
    void whatIsMissingBeforeItIsStoredIsAskedOfTheServerAgain() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var server = node.start()) {
            server.execute("create table t (n int, x text)", FILL);
            try (var receiver = receive(node)) {
                spoolThree(server, receiver);
                Files.delete(segments().get(1));
                storeFails = false;
                assertWhole(server, node, receiver);
                assertThat(receiver.events(ReceiverEvent.CutFound.class)).as("while it runs").singleElement()
                        .satisfies(event -> assertThat(event.cut().aside()).isPositive());
                server.execute(SWITCH);
                assertWhole(server, node, receiver);
                receiver.await("what lay aside is stored", () -> {
                    try {
                        return !isAnythingAside();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                spoolThree(server, receiver);
            }
            var segments = segments();
            cut(segments.get(segments.size() - 2), 2_000_000);
            storeFails = false;
            try (var receiver = receive(node)) {
                assertWhole(server, node, receiver);
                assertThat(receiver.events(ReceiverEvent.CutFound.class)).as("while it did not run").hasSize(1);
            }
        }
    }

    @Test
    void whatNobodyHasAnyMoreIsAGapAndWhatCanBeUsedIsStoredWithoutTheServer() throws Exception {
        var node = new Machines(SERVERS, 16).node(TakeOverTest.KEEPS_LITTLE);
        try (var server = node.start()) {
            server.execute("create table t (n int, x text)", FILL);
            Lsn usable;
            Lsn end;
            try (var receiver = receive(node)) {
                spoolThree(server, receiver);
                end = Machines.end(server);
                receiver.stop();
                var segments = segments();
                cut(segments.get(segments.size() - 3), 2_000_000);
                storeFails = false;
                assertThat(receiver.receiver().drain()).isTrue();
                usable = receiver.events(ReceiverEvent.CutFound.class).getFirst().cut().usableTo();
                assertThat(storedEnd(receiver.lineage())).isEqualTo(usable);
                assertThat(usable).isLessThan(end);
            }
            server.execute("select pg_drop_replication_slot('muster_clinic')");
            server.execute(SWITCH, FILL, SWITCH, FILL);
            TakeOverTest.throwAway(server, end);
            try (var receiver = receive(node)) {
                receiver.await("streaming", receiver::isStreaming);
                var gap = receiver.events(ReceiverEvent.Gap.class).getFirst();
                assertThat(gap.from()).isEqualTo(usable);
                assertThat(gap.first()).isGreaterThan(end);
                server.execute(FILL);
                receiver.awaitStored(Machines.end(server));
                assertThat(new Lsn(receiver.lineage().descent().fork())).isEqualTo(usable);
                assertThat(isAnythingAside()).as("nobody else has it").isTrue();
            }
        }
    }
}
