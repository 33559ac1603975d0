// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** That the model loses what it should, keeps what it must, and that one seed always does the same. */
class PowerCutDiskTest {

    private static final int SEEDS = 400;
    private static final byte[] BYTES = new byte[10_000];

    static {
        Arrays.fill(BYTES, (byte) 7);
    }

    /** Something done to a disk before its power is cut. */
    @FunctionalInterface
    private interface Work {
        void on(PowerCutDisk disk) throws IOException;
    }

    /** What is left of the work over many seeds, each outcome once. */
    private static Set<String> outcomes(Work work) throws IOException {
        var outcomes = new TreeSet<String>();
        for (var seed = 0; seed < SEEDS; seed++) {
            var disk = new PowerCutDisk(seed, InstantSource.fixed(Instant.EPOCH));
            work.on(disk);
            outcomes.add(contents(disk.cut(), ""));
        }
        return outcomes;
    }

    private static String contents(Disk disk, String directory) throws IOException {
        var entries = new ArrayList<String>();
        disk.names(directory, name -> {
            var path = directory.isEmpty() ? name : directory + "/" + name;
            if (disk.stat(path).orElseThrow().directory()) {
                entries.add(name + "(" + contents(disk, path) + ")");
            } else {
                entries.add(name + ":" + content(disk, path));
            }
        });
        return String.join(" ", entries);
    }

    private static String content(Disk disk, String path) throws IOException {
        try (var file = disk.open(path)) {
            var bytes = ByteBuffer.allocate((int) file.length());
            while (bytes.hasRemaining()) {
                file.read(bytes, bytes.position());
            }
            if (Arrays.equals(bytes.array(), BYTES)) {
                return "whole";
            }
            var zeros = 0;
            for (var b : bytes.array()) {
                zeros += b == 0 ? 1 : 0;
            }
            return zeros > 0 ? "zeros" : bytes.array().length == 0 ? "empty" : "cut";
        }
    }

    private static void write(Disk disk, String path, boolean force) throws IOException {
        try (var file = disk.create(path)) {
            file.write(ByteBuffer.wrap(BYTES), 0);
            if (force) {
                file.force();
            }
        }
    }

    @Test
    void bytesThatWereNotForcedMayBeLostInEveryWay() throws Exception {
        assertThat(outcomes(disk -> {
            write(disk, "a", false);
            disk.force("");
        })).containsExactlyInAnyOrder("a:whole", "a:cut", "a:empty", "a:zeros");
    }

    @Test
    void bytesThatWereForcedStay() throws Exception {
        assertThat(outcomes(disk -> {
            write(disk, "a", true);
            disk.force("");
        })).containsExactly("a:whole");
    }

    @Test
    void aNameThatWasNotForcedMayBeLostThoughItsBytesWereForced() throws Exception {
        assertThat(outcomes(disk -> write(disk, "a", true))).containsExactlyInAnyOrder("", "a:whole");
    }

    @Test
    void changesOfDifferentNamesAreLostIndependently() throws Exception {
        assertThat(outcomes(disk -> {
            write(disk, "a", true);
            write(disk, "b", true);
        })).containsExactlyInAnyOrder("", "a:whole", "b:whole", "a:whole b:whole");
    }

    @Test
    void aLinkAndTheUnlinkOfTheFirstNameAreLostIndependently() throws Exception {
        assertThat(outcomes(disk -> {
            disk.makeDirectory("t");
            disk.force("");
            write(disk, "t/a", true);
            disk.force("t");
            disk.link("t/a", "b");
            disk.unlink("t/a");
        })).containsExactlyInAnyOrder("b:whole t(a:whole)", "b:whole t()", "t(a:whole)", "t()");
    }

    @Test
    void aMoveIsKeptOrLostAsAWholeAndMayOutliveItsBytes() throws Exception {
        assertThat(outcomes(disk -> {
            write(disk, "a", false);
            disk.force("");
            disk.move("a", "b");
        })).containsExactlyInAnyOrder("a:whole", "a:cut", "a:empty", "a:zeros", "b:whole", "b:cut", "b:empty",
                "b:zeros");
    }

    @Test
    void aMoveReplacesWhatWasThereWholly() throws Exception {
        assertThat(outcomes(disk -> {
            disk.create("b").close();
            write(disk, "a", true);
            disk.force("");
            disk.move("a", "b");
        })).containsExactlyInAnyOrder("a:whole b:empty", "b:whole");
    }

    @Test
    void anUnlinkThatWasNotForcedMayBeUndone() throws Exception {
        assertThat(outcomes(disk -> {
            write(disk, "a", true);
            disk.force("");
            disk.unlink("a");
        })).containsExactlyInAnyOrder("", "a:whole");
        assertThat(outcomes(disk -> {
            write(disk, "a", true);
            disk.force("");
            disk.unlink("a");
            disk.force("");
        })).containsExactly("");
    }

    @Test
    void aForcedDirectoryMayBeLostWithTheOneAboveIt() throws Exception {
        assertThat(outcomes(disk -> {
            disk.makeDirectory("d");
            write(disk, "d/a", true);
            disk.force("d");
        })).containsExactlyInAnyOrder("", "d(a:whole)");
    }

    @Test
    void forcingADirectoryBringsItsMovesAlongAndWhatTheyBuildOn() throws Exception {
        assertThat(outcomes(disk -> {
            disk.makeDirectory("t");
            disk.force("");
            write(disk, "t/a", true);
            disk.move("t/a", "b");
            disk.force("");
        })).containsExactly("b:whole t()");
    }

    @Test
    void oneSeedAlwaysDoesTheSame() throws Exception {
        for (var seed = 0; seed < 50; seed++) {
            var results = new HashSet<String>();
            for (var i = 0; i < 3; i++) {
                var disk = new PowerCutDisk(seed, InstantSource.fixed(Instant.EPOCH));
                for (var name : List.of("a", "b", "c", "d")) {
                    write(disk, name, false);
                }
                results.add(contents(disk.cut(), ""));
            }
            assertThat(results).as("seed %d", seed).hasSize(1);
        }
    }

    @Test
    void nothingWorksAfterTheCut() throws Exception {
        var disk = new PowerCutDisk(1, InstantSource.fixed(Instant.EPOCH));
        var file = disk.create("a");
        disk.cut();

        assertThatThrownBy(() -> file.force()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.stat("a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.create("b")).isInstanceOf(IOException.class);
        file.close();
    }

    @Test
    void untilTheCutItIsADiskLikeAnother() throws Exception {
        var disk = new PowerCutDisk(1, InstantSource.fixed(Instant.EPOCH));
        disk.makeDirectory("d");
        write(disk, "d/a", false);
        disk.link("d/a", "d/b");

        assertThat(contents(disk, "")).isEqualTo("d(a:whole b:whole)");
        assertThatThrownBy(() -> disk.create("d/a")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.link("d/a", "d/b")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.makeDirectory("d")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.create("e/a")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open("d")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.unlink("d")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.force("x")).isInstanceOf(NoSuchFileException.class);
        assertThat(disk.stat("d/a/x")).isEmpty();
    }
}
