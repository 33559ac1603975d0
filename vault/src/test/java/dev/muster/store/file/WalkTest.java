// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.file;

import dev.muster.disk.Disk;
import dev.muster.disk.InterceptedDisk;
import dev.muster.disk.InterceptedDisk.Operation;
import dev.muster.disk.PowerCutDisk;
import dev.muster.store.Prefix;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WalkTest {

    private final Disk disk = new PowerCutDisk(1, InstantSource.fixed(Instant.EPOCH));
    private final Directories directories = new Directories(disk);

    private void file(String path) throws IOException {
        directories.make(Directories.of(path));
        disk.create(path).close();
    }

    private static List<String> walked(Disk disk, int namesMax, String prefix) throws Exception {
        var keys = new ArrayList<String>();
        new Walk(disk, namesMax).list(Prefix.of(prefix), blob -> keys.add(blob.key().value()));
        return keys;
    }

    /** Names of which many begin with each other, so that files and directories sort between each other. */
    private static String name(Random random) {
        var name = new StringBuilder("a");
        for (var i = random.nextInt(4); i > 0; i--) {
            name.append("ab.-_0".charAt(random.nextInt(6)));
        }
        return name.toString();
    }

    @Test
    void howeverFewNamesAreHeldTheListingIsTheSame() throws Exception {
        for (var seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var top = "s" + seed + "/";
            var expected = new TreeSet<String>();
            while (expected.size() < 120) {
                var key = top + name(random) + "/" + name(random) + (random.nextBoolean() ? "" : "d/" + name(random));
                if (disk.stat(key).isEmpty()) {
                    file(key);
                    expected.add(key);
                }
            }
            for (var namesMax : new int[]{1, 2, 3, 7, 119, 120, 121, 10_000}) {
                assertThat(walked(disk, namesMax, top)).as("seed %d, %d names", seed, namesMax)
                        .containsExactlyElementsOf(expected);
            }
            var prefix = top + "aa";
            assertThat(walked(disk, 3, prefix)).as("seed %d", seed)
                    .containsExactlyElementsOf(expected.subSet(prefix, top + "ab"));
        }
    }

    @Test
    void whatComesAndGoesMeanwhileMayBeMissedAndNothingElse() throws Exception {
        for (var i = 10; i < 30; i++) {
            file("data/" + i);
        }
        var keys = new ArrayList<String>();

        new Walk(disk, 4).list(Prefix.everything(), blob -> {
            keys.add(blob.key().value());
            change(keys.size());
        });

        assertThat(keys).isSorted().doesNotHaveDuplicates();
        for (var i = 10; i < 30; i++) {
            assertThat(keys.contains("data/" + i)).as("data/%d", i).isEqualTo(i != 25);
        }
    }

    private void change(int objects) {
        try {
            if (objects == 3) {
                disk.unlink("data/11");
                disk.unlink("data/25");
                disk.create("data/10x").close();
                disk.create("data/28x").close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptedListingOfALargeDirectoryEnds() throws Exception {
        file("data/1");
        var interrupting = new InterceptedDisk(disk, step -> {
            if (step.operation() == Operation.NAMES) {
                Thread.currentThread().interrupt();
            }
            return true;
        });

        assertThatThrownBy(() -> walked(interrupting, 10, "")).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
