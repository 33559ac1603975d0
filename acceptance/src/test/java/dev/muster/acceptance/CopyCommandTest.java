// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.store.Store;
import dev.muster.store.file.FileStore;
import dev.muster.vault.Instruments;
import dev.muster.vault.Vault;
import dev.muster.vault.capture.CaptureRequest;
import dev.muster.vault.capture.CaptureSession;
import dev.muster.vault.capture.FileSink;
import dev.muster.vault.capture.SnapshotDraft;
import dev.muster.vault.key.KeySource;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** A repository is copied by the packaged program, killed again and again, while snapshots are added to it. */
class CopyCommandTest {

    private static final int FILE_BYTES = 6 << 20;
    private static final int KILLS = 4;
    private static final long LONGEST_LIFE_MILLIS = 1500;
    private static final long SEED = 20261121;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @BeforeEach
    void init() throws Exception {
        assertThat(run("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                "--postgres", "postgresql://muster@db/postgres").status()).isZero();
    }

    @Test
    void aCopyIsWholeHoweverOftenItIsKilledAndOpensWithTheSameKeyAlone() throws Exception {
        capture();
        Program.Outcome plan = run("repo", "copy", "--to", "elsewhere/clinic", "--plan");
        assertThat(plan.status()).as(plan.said()).isZero();
        assertThat(plan.out()).contains("Nothing is there yet", "data", "snapshot");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
        for (int kill = 0; kill < KILLS; kill++) {
            Process copy = new Program(folder).start(folder.resolve("out"), folder.resolve("err"), "repo", "copy",
                    "--to", "elsewhere/clinic");
            if (!copy.waitFor(Duration.ofMillis(random.nextLong(LONGEST_LIFE_MILLIS)))) {
                copy.destroyForcibly().waitFor();
            }
            capture();
        }
        JsonNode done = new JsonMapper().readTree(succeeding("repo", "copy", "--to", "elsewhere/clinic", "--json"));
        assertThat(done.get("copies").get(0).get("complete").asBoolean()).as("seed %d: %s", SEED, done).isTrue();
        assertThat(succeeding("repo", "copy", "--to", "elsewhere/clinic")).contains("Copied 0 objects",
                "All of repository");
        String[] copy = {"--repository", "elsewhere/clinic", "--key-file", "clinic.key"};
        Files.move(folder.resolve("repository"), folder.resolve("lost"));
        JsonNode check = new JsonMapper().readTree(succeeding(with(copy, "repo", "check", "--json")));
        assertThat(check.get("counts").get("snapshots").asInt()).isEqualTo(KILLS + 1);
        assertThat(check.get("findings").size()).as(check.toString()).isZero();
        Program.Outcome gc = run(with(copy, "repo", "gc", "--apply"));
        assertThat(gc.status()).as(gc.said()).isEqualTo(2);
        assertThat(gc.err()).contains("vault.refused", "copy of a repository");
    }

    @Test
    void whatIsDamagedIsExitStatusThreeAndWhatIsInTheWayIsLeftAlone() throws Exception {
        capture();
        Program.Outcome itself = run("repo", "copy", "--to", "repository");
        assertThat(itself.status()).as(itself.said()).isEqualTo(2);
        Program.Outcome inside = run("repo", "copy", "--to", "repository/copy");
        assertThat(inside.status()).as(inside.said()).isEqualTo(2);
        try (var packs = Files.walk(folder.resolve("repository/data"))) {
            Path pack = packs.filter(Files::isRegularFile).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 2] ^= 1;
            assertThat(pack.toFile().setWritable(true)).isTrue();
            Files.write(pack, bytes);
        }
        Program.Outcome damaged = run("repo", "copy", "--to", "elsewhere");
        assertThat(damaged.status()).as(damaged.said()).isEqualTo(3);
        assertThat(damaged.out()).contains("DAMAGE: data/", "NOT ALL of repository");
    }

    @Test
    void configuredCopiesAreMadeByOneCommandAndStatusSaysHowFarTheyAreBehind() throws Exception {
        capture();
        Path file = folder.resolve("muster.yaml");
        String yaml = Files.readString(file);
        assertThat(yaml).contains("repository:\n");
        Files.writeString(file, yaml.replace("repository:\n",
                "repository:\n  copies:\n    near: { url: /dev/null/copy }\n    far: { url: " + folder.resolve("far")
                        + " }\n"));
        assertThat(copies().get(1).get("begun").asBoolean()).isFalse();
        Program.Outcome half = run("repo", "copy");
        assertThat(half.status()).as(half.said()).isEqualTo(1);
        assertThat(half.out()).as("one that fails does not hold up the other").contains("All of repository");
        assertThat(half.err()).contains("NOT COPIED to /dev/null/copy");
        assertThat(copies().get(0).get("begun").asBoolean()).isFalse();
        assertThat(copies().get(1).get("behind_since").isNull()).isTrue();
        capture();
        JsonNode behind = copies().get(1);
        assertThat(behind.get("snapshots_missing").asInt()).isEqualTo(1);
        assertThat(behind.get("behind_since").isNull()).isFalse();
        assertThat(run("status").out()).contains("far: behind since", "1 snapshot and");
        succeeding("repo", "copy", "--to", "far");
        assertThat(run("status").out()).contains("far: has all snapshots and all WAL", "near: NOT MADE YET");
    }

    private JsonNode copies() throws Exception {
        return new JsonMapper().readTree(run("status", "--json").out()).get("systems").get(0).get("copies");
    }

    private static String[] with(String[] last, String... first) {
        String[] all = Arrays.copyOf(first, first.length + last.length);
        System.arraycopy(last, 0, all, first.length, last.length);
        return all;
    }

    private void capture() throws Exception {
        try (Store store = FileStore.open(folder.resolve("repository"), new Random(1));
                KeySource key = KeySource
                        .raw(HexFormat.of().parseHex(Files.readString(folder.resolve("clinic.key")).strip()));
                Vault vault = Vault.open(store, key, new Instruments(InstantSource.system(), new SecureRandom(),
                        folder.resolve("state"), 2))) {
            capture(vault);
        }
    }

    private void capture(Vault vault) throws InterruptedException {
        byte[] noise = new byte[FILE_BYTES];
        random.nextBytes(noise);
        try (CaptureSession session = vault.capture(CaptureRequest.of("files", "clinic", "database", "db1"))) {
            try (FileSink sink = session.file(FileEntry.file("a", 0600, Instant.EPOCH))) {
                sink.write(noise, 0, noise.length);
                sink.finish(ContentCheck.none());
            }
            session.commit(new SnapshotDraft(Instant.now(), List.of(), Map.of()));
        }
    }

    private String succeeding(String... arguments) throws Exception {
        Program.Outcome outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.out();
    }

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }
}
