// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UsageTest {

    /** The 14th to 17th field are utime, stime, cutime and cstime: proc(5). */
    private static String stat(String name, String times) {
        return "4711 (" + name + ") S 1 4711 4711 0 -1 4194304 105 0 0 0 " + times + " 20 0 1 0 4103480 3133440 414";
    }

    private static String io(long read, long disk) {
        return "rchar: " + read + "\nwchar: 5\nsyscr: 10\nsyscw: 0\nread_bytes: " + disk
                + "\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n";
    }

    @Test
    void timesOfTheProcessAndOfItsChildrenAreAdded() {
        var usage = Usage.parse(stat("bash", "100 20 3000 7") + "\n" + io(6976, 4096));

        assertThat(usage).isEqualTo(new Usage(31.27, 6976, 4096, 8192));
    }

    @Test
    void aNameMayLookLikeAnything() {
        assertThat(Usage.parse(stat("a) R 1 (b", "1 2 3 4") + "\n" + io(1, 0)).cpuSeconds()).isEqualTo(0.1);
    }

    @Test
    void halfOfItIsNothing() {
        assertThatThrownBy(() -> Usage.parse(stat("bash", "1 2 3 4"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Usage.parse(io(1, 2))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTreeIsFollowedThroughEachThreadThatStartedAProcess(@TempDir Path proc) throws Exception {
        process(proc, 10, "11 \n12 ", "25 0 0 0", 100);
        process(proc, 11, "", "0 25 0 0", 200);
        process(proc, 12, "13 ", "0 0 25 0", 300);
        process(proc, 13, "", "0 0 0 25", 400);
        process(proc, 14, "", "9 9 9 9", 500);

        var tree = new ProcessTree(proc, 10);

        assertThat(tree.residentBytes()).isEqualTo(1000 * 1024);
        assertThat(tree.usage()).isEqualTo(new Usage(1, 4, 8, 4 * 8192));
    }

    @Test
    void aProcessThatHasEndedUsesNothing(@TempDir Path proc) {
        assertThat(new ProcessTree(proc, 10).residentBytes()).isZero();
        assertThat(new ProcessTree(proc, 10).usage()).isEqualTo(Usage.NONE);
    }

    /** Each line of {@code children} stands for a thread. */
    private static void process(Path proc, int number, String children, String times, int residentKilobytes)
            throws Exception {
        var folder = proc.resolve(Integer.toString(number));
        var thread = number;
        for (var line : (children + "\n").lines().toList()) {
            var task = Files.createDirectories(folder.resolve("task").resolve(Integer.toString(thread++)));
            Files.writeString(task.resolve("children"), line);
        }
        Files.writeString(folder.resolve("stat"), stat("x", times) + "\n");
        Files.writeString(folder.resolve("io"), io(1, 2));
        Files.writeString(folder.resolve("status"),
                "Name:\tx\nVmHWM:\t  9999 kB\nVmRSS:\t    " + residentKilobytes + " kB\n");
    }
}
