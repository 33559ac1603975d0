// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.store.Key;
import dev.muster.store.Prefix;
import dev.muster.store.Range;
import dev.muster.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A real program that writes to a real directory is killed with SIGKILL, again and again. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FileStoreKillTest {

    private static final int KILLS = 6;
    private static final int LINES_MAX = 150;

    @TempDir
    Path above;

    private final Set<Key> present = new HashSet<>();
    private final Set<Key> uncertain = new HashSet<>();

    @Test
    void aKilledWriterLosesNothingAndLeavesNothingTorn() throws Exception {
        var root = above.resolve("store");
        FileStore.create(root, new Random(1)).close();
        var random = new Random(2);
        for (var kill = 1; kill <= KILLS; kill++) {
            killedAfter(1 + random.nextInt(LINES_MAX), root, kill);
            try (var store = FileStore.open(root, new Random(100 + kill))) {
                compare(store, kill);
            }
        }
        assertThat(present).hasSizeGreaterThan(KILLS);
    }

    /** Lets a writer go on until it has said so many lines, kills it, and believes what it said. */
    private void killedAfter(int lines, Path root, int seed) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var writer = new ProcessBuilder(java, "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                KilledWriter.class.getName(), root.toString(), Integer.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var said = writer.inputReader()) {
            var heard = 0;
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                believe(line);
                heard++;
                if (heard == lines) {
                    // Not Process.destroyForcibly, which would also close what has been said and not yet heard.
                    writer.toHandle().destroyForcibly();
                }
            }
            assertThat(heard).as("kill %d", seed).isGreaterThanOrEqualTo(lines);
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor()).as("the exit status of a program killed by signal 9").isEqualTo(137);
    }

    private void believe(String line) {
        var key = Key.of(line.substring(2));
        switch (line.charAt(0)) {
            case '+' -> present.add(key);
            case '?' -> {
                present.remove(key);
                uncertain.add(key);
            }
            case '-' -> uncertain.remove(key);
            default -> throw new IllegalStateException("the writer said: " + line);
        }
    }

    private void compare(Store store, int kill) throws InterruptedException, IOException {
        var listed = new TreeSet<Key>();
        store.list(Prefix.everything(), blob -> {
            listed.add(blob.key());
            assertThat(store.read(blob.key(), Range.whole())).as("kill %d: %s", kill, blob.key())
                    .isEqualTo(KilledWriter.content(blob.key()));
        });
        assertThat(listed).as("kill %d", kill).containsAll(present);
        // Each of three writers had at most one put that it had not spoken of.
        listed.removeAll(present);
        listed.removeAll(uncertain);
        assertThat(listed.size()).as("kill %d: unspoken objects %s", kill, listed).isLessThanOrEqualTo(3 * kill);
        try (var temporaries = Files.list(Path.of(store.place(), ".tmp"))) {
            assertThat(temporaries.count()).isLessThanOrEqualTo(3L * kill);
        }
    }
}
