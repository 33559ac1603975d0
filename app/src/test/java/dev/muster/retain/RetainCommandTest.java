// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.cli.CommandLine;
import dev.muster.cli.Invocation;
import dev.muster.cli.OpenVault;
import dev.muster.cli.Retain;
import dev.muster.cli.Terminal;
import dev.muster.ledger.Journals;
import dev.muster.store.Store;
import dev.muster.system.Stores;
import dev.muster.vault.ledger.Entry;
import dev.muster.vault.snapshot.SnapshotHead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The command, over a repository in memory. */
class RetainCommandTest {

    @TempDir
    private Path directory;

    private Clinic clinic;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void begin() throws Exception {
        clinic = new Clinic(directory.resolve("host"));
        Path key = directory.resolve("key");
        Files.writeString(key, "01".repeat(32));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aPlanSaysWhatWouldExpireAndWhyAndTheSamePlanIsCarriedOut() throws Exception {
        clinic.days(12);
        configure("daily: 7", "window: 2d");
        assertThat(run("retain", "clinic", "--plan")).isZero();
        assertThat(out.toString()).contains("clinic: daily 7, minimum 1, window 2d; calendar of Z",
                "daily 7 of 7:", "is not among the 7 newest", "Would expire: 5 of 12 snapshots",
                "the newest of postgres",
                "the window of 2d needs it", "WAL of timeline 1: 0/100000-0/600000",
                "No restore of it is recorded as a proof");
        assertThat(clinic.owner.snapshots()).hasSize(12);
        String id = out.toString().lines().findFirst().orElseThrow().replaceAll(".* ", "");

        assertThat(run("retain", "clinic", "--apply", "--as-planned", "000000000000")).isEqualTo(1);
        assertThat(err.toString()).contains("retain.changed");
        assertThat(clinic.owner.snapshots()).hasSize(12);
        assertThat(run("retain", "clinic", "--apply", "--as-planned", id)).isZero();
        assertThat(out.toString()).contains("Expires: 5 of 12", "Done: 5 snapshots have expired");
        assertThat(clinic.owner.snapshots()).hasSize(7);
        assertThat(run("retain", "--apply")).isZero();
        assertThat(out.toString()).contains("Nothing expires.");
        assertThat(entered())
                .as("once, since nothing is entered where nothing is done")
                .containsExactlyInAnyOrder("retain.apply BEGUN", "retain.apply DONE");
    }

    @Test
    void aPolicyThatIsNotMetExitsWithFour() throws Exception {
        clinic.days(3);
        configure("daily: 7", "minimum: 5");
        assertThat(run("retain", "--plan")).isEqualTo(4);
        assertThat(out.toString()).contains("NOT MET: Of postgres 3 snapshots are there");
        assertThat(run("retain", "--plan", "--json")).isEqualTo(4);
        assertThat(out.toString()).contains("\"stays\" : true", "\"unmet\" : [ \"Of postgres 3", "\"applied\" : false",
                "\"staying_bytes\" : 3145728", "\"proofs_count\" : false");
    }

    @Test
    void aHoldIsPrintedWithThePlanUntilItIsReleased() throws Exception {
        clinic.days(12);
        configure("daily: 7", "window: 2d");
        SnapshotHead oldest = clinic.owner.snapshots().getLast();
        String prefix = oldest.id().hex().substring(0, 8);
        List<String> where = List.of("--config", directory.resolve("muster.yaml").toString());
        assertThat(run(with(where, "retain", "hold", prefix, "--reason", "case 7"))).as(err.toString()).isZero();
        assertThat(run("retain", "--plan")).isZero();
        assertThat(out.toString()).contains("held: case 7", "Would expire: 4 of 12");
        assertThat(run(with(where, "retain", "release", prefix, "--reason", "over"))).isZero();
        assertThat(out.toString()).contains("held for: case 7");
        assertThat(run("retain", "--plan")).isZero();
        assertThat(out.toString()).contains("Would expire: 5 of 12");
        assertThat(entered()).containsExactlyInAnyOrder("retain.hold BEGUN", "retain.hold DONE", "retain.release BEGUN",
                "retain.release DONE");
    }

    /** What the ledger has, as action and outcome. */
    private List<String> entered() throws InterruptedException {
        return clinic.owner.ledger().read().batches().stream()
                .flatMap(batch -> batch.batch().entries().stream())
                .map(Entry.Known.class::cast)
                .map(entry -> entry.action() + " " + entry.outcome())
                .toList();
    }

    @Test
    void whatIsNotSaidIsAskedForAndWithoutRetentionEverythingIsKept() throws Exception {
        configure();
        assertThat(run("retain")).isEqualTo(2);
        assertThat(run("retain", "--plan", "--apply")).isEqualTo(2);
        assertThat(run("retain", "--plan", "--as-planned", "1")).isEqualTo(2);
        assertThat(run("retain", "--apply")).isZero();
        assertThat(out.toString()).contains("clinic: no retention is configured, so everything is kept.");
    }

    @Test
    void aSystemThatFailsDoesNotStopTheOthersAndTheExitStatusTells() throws Exception {
        clinic.days(12);
        configure("daily: 7", "window: 2d");
        Files.writeString(directory.resolve("muster.yaml"), """
                  absent:
                    postgres: postgresql://muster@db2/postgres
                    repository: { url: file:///absent, key-file: none }
                    retention: { daily: 7 }
                """, StandardOpenOption.APPEND);
        assertThat(run("retain", "--apply")).isEqualTo(2);
        assertThat(out.toString()).contains("Done: 5 snapshots have expired");
        assertThat(err.toString()).contains("absent: error: ", "code: ");
        assertThat(run("retain", "--plan", "--json")).isEqualTo(2);
        assertThat(out.toString()).contains("\"system\" : \"absent\"", "\"code\" : ");
        assertThat(clinic.owner.snapshots()).hasSize(7);
    }

    private void configure(String... settings) throws Exception {
        String retention = settings.length == 0
                ? ""
                : "    retention:\n      " + String.join("\n      ", settings) + "\n";
        Files.writeString(directory.resolve("muster.yaml"), """
                state: state
                repository:
                  url: file:///clinic
                  key-file: key
                systems:
                  clinic:
                    postgres: postgresql://muster@db/postgres
                """ + retention);
    }

    private static String[] with(List<String> more, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), Optional::empty, false);
        Invocation invocation = new Invocation(terminal, Map.of(), directory,
                new Invocation.Person(directory, "tester"),
                new Invocation.Time(clinic.clock, System::nanoTime, new SecureRandom()));
        OpenVault vaults = new OpenVault(invocation, new OneStore(clinic.store),
                new Journals("db1", "tester", "muster", clinic.clock, notice -> err.append(notice)), 2);
        return new CommandLine(terminal, Map.of(), Retain.of(vaults)).run(arguments);
    }

    /** Every address is that of the one repository. */
    private record OneStore(Store store) implements Stores {

        @Override
        public Store open(String url) {
            return store;
        }

        @Override
        public Store openReadOnly(String url) {
            return store;
        }

        @Override
        public Store create(String url) {
            throw new AssertionError("nothing is made here");
        }

        @Override
        public Optional<Path> directory(String url) {
            return Optional.empty();
        }

        @Override
        public boolean exists(String url) {
            return true;
        }
    }
}
