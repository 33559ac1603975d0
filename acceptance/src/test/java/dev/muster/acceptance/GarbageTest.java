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
import dev.muster.vault.roll.RollEvent;
import dev.muster.vault.snapshot.SnapshotHead;
import dev.muster.vault.tree.ContentCheck;
import dev.muster.vault.tree.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

/** Garbage is collected by the packaged program, killed again and again. */
class GarbageTest {

    private static final int FILE_BYTES = 6 << 20;
    private static final int KILLS = 4;
    private static final long LONGEST_LIFE_MILLIS = 2500;
    private static final long SEED = 20261120;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @BeforeEach
    void init() throws Exception {
        assertThat(run("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key",
                "--postgres", "postgresql://muster@db/postgres").status()).isZero();
        assertThat(run("repo", "keys", "add", "--new-key-file", "reap.key", "--role", "reap", "--label", "gc").status())
                .isZero();
        assertThat(run("repo", "keys", "add", "--new-key-file", "db1.key", "--role", "capture", "--label", "db1")
                .status()).isZero();
    }

    @Test
    void whatNothingNeedsIsGoneAndAllElseIsSoundHoweverOftenGcIsKilled() throws Exception {
        makeGarbage();
        age();
        assertThat(run("repo", "gc").status()).as("neither a plan nor to be applied").isEqualTo(2);
        Program.Outcome capture = run("repo", "gc", "--plan", "--key-file", "db1.key");
        assertThat(capture.status()).as(capture.said()).isEqualTo(2);
        assertThat(capture.err()).contains("vault.not-granted");
        Program.Outcome plan = run("repo", "gc", "--plan");
        assertThat(plan.status()).as(plan.said()).isZero();
        assertThat(plan.out()).contains("1 can be restored, 2 removed", "Would be condemned",
                "no snapshot and no session reaches it");
        Program.Outcome refused = run("repo", "gc", "--apply", "--key-file", "reap.key");
        assertThat(refused.status()).as(refused.said()).isEqualTo(2);
        assertThat(refused.err()).contains("more than half");
        for (int kill = 0; kill < KILLS; kill++) {
            Process gc = new Program(folder).start(folder.resolve("out"), folder.resolve("err"), "repo", "gc",
                    "--apply", "--remove-most", "--key-file", "reap.key");
            if (!gc.waitFor(Duration.ofMillis(random.nextLong(LONGEST_LIFE_MILLIS)))) {
                gc.destroyForcibly().waitFor();
            }
            age();
        }
        for (int half = 0; half < 2; half++) {
            Program.Outcome applied = run("repo", "gc", "--apply", "--remove-most", "--key-file", "reap.key");
            assertThat(applied.status()).as("seed %d: %s", SEED, applied.said()).isZero();
            assertThat(applied.out()).contains("Deleted ", "condemned ");
            age();
        }
        JsonNode left = new JsonMapper().readTree(run("repo", "gc", "--plan", "--json").out());
        assertThat(left.get("deletes").size()).as("seed %d: %s", SEED, left).isZero();
        assertThat(left.get("condemns").size()).isZero();
        assertThat(left.get("waits").size()).isZero();
        assertThat(left.get("snapshots").get("counting").asInt()).isEqualTo(1);
        Program.Outcome sound = run("repo", "check");
        assertThat(sound.status()).as("seed %d: %s", SEED, sound.said()).isZero();
        try (var packs = Files.walk(folder.resolve("repository/data"))) {
            long bytes = packs.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
            assertThat(bytes).as("one of three snapshots is left").isBetween((long) FILE_BYTES, FILE_BYTES * 11L / 10);
        }
    }

    /** Three snapshots of noise, of which two are removed. */
    private void makeGarbage() throws Exception {
        try (Store store = FileStore.open(folder.resolve("repository"), new Random(1));
                KeySource key = KeySource
                        .raw(HexFormat.of().parseHex(Files.readString(folder.resolve("clinic.key")).strip()));
                Vault vault = Vault.open(store, key, new Instruments(InstantSource.system(), new SecureRandom(),
                        folder.resolve("state"), 2))) {
            SnapshotHead first = capture(vault);
            SnapshotHead second = capture(vault);
            capture(vault);
            vault.roll()
                    .append("a test",
                            List.of(new RollEvent.Removed(first.id()), new RollEvent.Removed(second.id())));
        }
    }

    private SnapshotHead capture(Vault vault) throws InterruptedException {
        byte[] noise = new byte[FILE_BYTES];
        random.nextBytes(noise);
        try (CaptureSession session = vault.capture(CaptureRequest.of("files", "clinic", "database", "db1"))) {
            try (FileSink sink = session.file(FileEntry.file("a", 0600, Instant.EPOCH))) {
                sink.write(noise, 0, noise.length);
                sink.finish(ContentCheck.none());
            }
            return session.commit(new SnapshotDraft(Instant.now(), List.of(), Map.of()));
        }
    }

    /** Makes everything in the store look as if it had been put a day and more earlier than it does. */
    private void age() throws IOException {
        try (var objects = Files.walk(folder.resolve("repository"))) {
            for (Path object : objects.filter(Files::isRegularFile).toList()) {
                Instant stamped = Files.getLastModifiedTime(object).toInstant();
                Files.setLastModifiedTime(object, FileTime.from(stamped.minus(Duration.ofHours(26))));
            }
        }
    }

    private Program.Outcome run(String... arguments) throws Exception {
        return new Program(folder).run(arguments);
    }
}
