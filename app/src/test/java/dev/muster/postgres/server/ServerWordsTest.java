// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The small texts that are exchanged with a server: versions, settings, its pid file, the names of platforms. */
class ServerWordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"postgres (PostgreSQL) 18.6|18|6|18.6",
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)|15|18|15.18 (Debian 15.18-0+deb12u1)",
            "postgres (PostgreSQL) 19beta1|19|0|19beta1", "postgres (PostgreSQL) 19devel|19|0|19devel"})
    void aVersionIsReadAsItIsPrinted(String printed, int major, int minor, String text) {
        assertThat(ServerVersion.parse(printed + "\n")).contains(new ServerVersion(major, minor, text));
    }

    @Test
    void whatIsNotPostgresHasNoVersion() {
        assertThat(ServerVersion.parse("mysqld  Ver 8.0")).isEmpty();
        assertThat(ServerVersion.parse("")).isEmpty();
    }

    @Test
    void versionsAreOrderedByNumber() {
        assertThat(new ServerVersion(15, 9, "15.9")).isLessThan(new ServerVersion(15, 18, "15.18"))
                .isLessThan(new ServerVersion(16, 0, "16.0"));
    }

    @Test
    void settingsKeepTheirOrderAndTheLastValueWins() {
        var settings = Settings.none().with("port", "1").with("wal_level", "replica").with("port", "2");

        assertThat(settings.asArguments()).containsExactly("-c", "port=2", "-c", "wal_level=replica");
        assertThat(Settings.none().values()).isEmpty();
    }

    @Test
    void settingsAreQuotedForTheConfigurationFile() {
        assertThat(Settings.none().with("restore_command", "cp 'a b'\\c %p").asConfiguration())
                .isEqualTo("restore_command = 'cp ''a b''\\\\c %p'\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Port", "a b", "a;b", "fsync=off -c x", "a..b", "-c"})
    void whatIsNoNameOfAParameterIsRefused(String name) {
        assertThatThrownBy(() -> Settings.none().with(name, "1")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nfsync = off", "a\0b", "a\rb"})
    void aValueOfSeveralLinesIsRefused(String value) {
        assertThatThrownBy(() -> Settings.none().with("cluster_name", value))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPidFileIsReadWholeOrInPart() {
        var whole = "8030\n/data\n1795179400\n5432\n/run/pg\n127.0.0.1\n  2147578         9\nready   \n";

        assertThat(PidFile.parse(whole))
                .contains(new PidFile(8030, 1_795_179_400L, 5432, "/run/pg", "127.0.0.1", "ready"));
        assertThat(PidFile.parse("8030\n/data\n1795179400\n5432\n/run/pg\n"))
                .contains(new PidFile(8030, 1_795_179_400L, 5432, "/run/pg", "", ""));
        for (var length = 0; length < "8030\n/data\n1795179400\n5432\n".length(); length++) {
            assertThat(PidFile.parse(whole.substring(0, length))).isEmpty();
        }
        assertThat(PidFile.parse("none\nof\nthis\nis\na number\n")).isEmpty();
    }

    @Test
    void statesAreToldFromTheStatusLineAndPgControl() {
        assertThat(ServerState.of("ready   ", true)).isEqualTo(ServerState.READY);
        assertThat(ServerState.of("ready   ", false)).isEqualTo(ServerState.STANDBY);
        assertThat(ServerState.of("standby ", false)).isEqualTo(ServerState.RECOVERING);
        assertThat(ServerState.of("stopping", true)).isEqualTo(ServerState.STOPPING);
        assertThat(ServerState.of("starting", true)).isEqualTo(ServerState.STARTING);
        assertThat(ServerState.of("", false)).isEqualTo(ServerState.STARTING);
    }

    @ParameterizedTest
    @CsvSource({"Linux,amd64,postgres-linux-x86_64.txz", "Linux,aarch64,postgres-linux-arm_64.txz",
            "Mac OS X,aarch64,postgres-darwin-arm_64.txz"})
    void aPlatformKnowsTheNameOfItsArchive(String system, String processor, String name) {
        assertThat(new Platform(system, processor).archiveName()).isEqualTo(name);
    }

    @Test
    void sizesOfWalSegmentsArePowersOfTwo() {
        var options = ClusterOptions.defaults(new Authentication.Trust());

        assertThat(options.withWalSegmentMegabytes(1024).walSegmentMegabytes()).isEqualTo(1024);
        for (var size : new int[]{0, -16, 3, 2048}) {
            assertThatThrownBy(() -> options.withWalSegmentMegabytes(size))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aServerWithoutANetworkCannotListenOnIt() {
        var options = StartOptions.defaults().with(Network.NONE);

        assertThatThrownBy(() -> options.with(new Listen.AnyPort())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Listen.FixedPort(65_536)).isInstanceOf(IllegalArgumentException.class);
    }
}
