// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OptionsTest {

    private static final Path MODULE = Path.of(System.getProperty("muster.module", ".")).toAbsolutePath();

    @Test
    void valuesStandBesideTheirNamesOrBehindAnEqualsSign() {
        var options = Options.parse(List.of("--size", "64MB", "--program=wal-g=/opt/wal-g", "--rounds=3", "--quick"));

        assertThat(Options.size(options.text("size", "1GB"))).isEqualTo(64_000_000);
        assertThat(options.program("wal-g")).contains(Path.of("/opt/wal-g"));
        assertThat(options.program("restic")).isEmpty();
        assertThat(options.number("rounds", 10, 2)).isEqualTo(3);
        assertThat(options.number("days", 7, 3)).isEqualTo(3);
        assertThat(Options.parse(List.of()).number("days", 7, 3)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--speed=9", "size", "--size"})
    void whatIsNoOptionIsRefused(String argument) {
        assertThatThrownBy(() -> Options.parse(List.of(argument))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1MiB", "MB", "", "1.5GB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> Options.size(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePeersOfTheListHaveTheirScripts() throws Exception {
        var peers = Peer.parse(Files.readAllLines(MODULE.resolve("peers/list")), MODULE.resolve("peers"));

        assertThat(peers).extracting(Peer::name).contains("muster", "pgbackrest-zst3", "restic", "cp")
                .doesNotHaveDuplicates();
        assertThat(peers).allSatisfy(peer -> assertThat(peer.script()).isExecutable());
        assertThat(peers).flatExtracting(Peer::takesPart)
                .containsOnly(Turns.NAME, Requests.NAME, Days.DAILY, Days.FULL, Bursts.NAME);
        assertThat(peers.getFirst().program()).isEqualTo(Report.OURS);
    }

    @Test
    void aPeerWithTooFewColumnsIsRefused() {
        assertThatThrownBy(() -> Peer.parse(List.of("restic restic.sh"), MODULE))
                .hasMessageContaining("restic restic.sh");
    }

    @Test
    void pagesThatChangedAreCounted(@TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("1"), new byte[3 * 8192]);
        Files.write(folder.resolve("2"), new byte[8192]);
        var before = Pages.of(folder);
        var changed = new byte[4 * 8192];
        changed[8192] = 1;
        Files.write(file, changed);

        assertThat(before.count()).isEqualTo(4);
        assertThat(Pages.of(folder).changedSince(before)).isEqualTo(2);
        assertThat(Pages.of(folder).changedSince(Pages.of(folder))).isZero();
    }
}
