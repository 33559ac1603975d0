// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The demonstration, whole: real servers, a receiver of its own process, kill -9 and a disk that is gone. */
class DemoTest {

    /** For a machine that does much besides. */
    private static final String RPO = "2m";
    private static final String RTO = "15m";

    @TempDir
    private Path folder;

    @Test
    void bothDisastersAreSurvivedOneAfterTheOther() throws Exception {
        var outcome = new Program(folder).run("demo", "--size", "20MB", "--rpo", RPO, "--rto", RTO, "--json");

        assertThat(outcome.status()).as(outcome.said()).isZero();
        var report = JsonMapper.shared().readTree(outcome.out());
        assertThat(report.propertyNames()).containsExactlyInAnyOrder("disasters", "database_bytes",
                "repository_bytes");
        assertThat(kinds(report)).containsExactly("bad-delete", "lost-disk");
        for (var disaster : report.get("disasters")) {
            assertThat(disaster.get("objective_met").asBoolean()).isTrue();
            assertThat(disaster.get("recovered").asLong()).isPositive();
            assertThat(disaster.get("acknowledged").asLong()).isLessThanOrEqualTo(disaster.get("recovered").asLong()
                    + disaster.get("lost").asLong() + disaster.get("given_up").asLong());
            assertThat(steps(disaster)).containsExactly("choose", "restore", "replay", "verify");
        }
        var badDelete = report.get("disasters").get(0);
        assertThat(badDelete.get("lost").asLong()).isZero();
        assertThat(badDelete.get("given_up").asLong()).isPositive();
        assertThat(report.get("disasters").get(1).get("given_up").asLong()).isZero();
        assertThat(report.get("database_bytes").asLong()).isGreaterThan(20_000_000);
    }

    @Test
    void aSynchronousReceiverLosesNothingWithTheDisk() throws Exception {
        var outcome = new Program(folder).run("demo", "--disaster", "lost-disk", "--sync", "--size", "20MB", "--rto",
                RTO, "--json");

        assertThat(outcome.status()).as(outcome.said()).isZero();
        var disaster = JsonMapper.shared().readTree(outcome.out()).get("disasters").get(0);
        assertThat(disaster.get("acknowledged").asLong()).isPositive();
        assertThat(disaster.get("lost").asLong()).isZero();
        assertThat(disaster.get("rpo_seconds").asDouble()).isZero();
    }

    @Test
    void aMissedObjectiveIsSaidAndNothingIsLeft() throws Exception {
        var directory = folder.resolve("demo");
        openToAll();
        var outcome = new Program(folder).run("demo", "--disaster", "bad-delete", "--rto", "1ms", "--size", "20MB",
                "--directory", directory.toString());

        assertThat(outcome.status()).as(outcome.said()).isEqualTo(4);
        assertThat(outcome.out()).contains("MISSED", "DELETE FROM visits", "RTO at most");
        assertThat(directory).doesNotExist();
    }

    /** The server runs as another user when the tests run as root. */
    private void openToAll() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static List<String> kinds(JsonNode report) {
        return report.get("disasters").valueStream().map(disaster -> disaster.get("kind").asString()).toList();
    }

    private static List<String> steps(JsonNode disaster) {
        return disaster.get("steps").valueStream().map(step -> step.get("name").asString()).toList();
    }
}
