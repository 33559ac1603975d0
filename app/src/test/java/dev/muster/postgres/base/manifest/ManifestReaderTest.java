// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ManifestReaderTest {

    private static final long SEED = 20_261_121;

    /** As PostgreSQL 15 writes it, but for the times. */
    private static final String VERSION_1 = """
            { "PostgreSQL-Backup-Manifest-Version": 1,
            "Files": [
            { "Path": "backup_label", "Size": 225, "Last-Modified": "2026-11-20 13:26:12 GMT", "Checksum-Algorithm": \
            "CRC32C", "Checksum": "a1b2c3d4" },
            { "Path": "base/1/1259", "Size": 114688, "Last-Modified": "2026-11-20 13:26:10 GMT", "Checksum-Algorithm": \
            "CRC32C", "Checksum": "00000000" },
            { "Encoded-Path": "676c6f62616c2fc3a9", "Size": 0, "Last-Modified": "2026-11-20 13:26:10 GMT" }
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" },
            { "Timeline": 2, "Start-LSN": "0/2000100", "End-LSN": "0/3000000" }
            ],
            """;

    private static final String VERSION_2 = VERSION_1.replace("Version\": 1,\n",
            "Version\": 2,\n\"System-Identifier\": 18446744073709551614,\n");

    private static byte[] sealed(String lines) {
        try {
            var sum = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
            return (lines + "\"Manifest-Checksum\": \"" + HexFormat.of().formatHex(sum) + "\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Manifest read(byte[] bytes, int pieceBytes, List<ManifestFile> files) {
        var reader = new ManifestReader(files::add);
        for (var at = 0; at < bytes.length; at += pieceBytes) {
            reader.accept(bytes, at, Math.min(pieceBytes, bytes.length - at));
        }
        return reader.end();
    }

    private static Manifest read(byte[] bytes) {
        return read(bytes, bytes.length, new ArrayList<>());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 100, 4096})
    void whatItSaysIsReadHoweverTheBytesAreCut(int pieceBytes) {
        var files = new ArrayList<ManifestFile>();
        var manifest = read(sealed(VERSION_1), pieceBytes, files);

        assertThat(files).containsExactly(new ManifestFile("backup_label", 225, "CRC32C", "a1b2c3d4"),
                new ManifestFile("base/1/1259", 114_688, "CRC32C", "00000000"),
                new ManifestFile("global/\u00e9", 0, "NONE", ""));
        assertThat(manifest.version()).isEqualTo(1);
        assertThat(manifest.system()).isEmpty();
        assertThat(manifest.files()).isEqualTo(3);
        assertThat(manifest.walRanges()).containsExactly(
                new WalRange(new TimelineId(1), Lsn.parse("0/2000028"), Lsn.parse("0/2000100")),
                new WalRange(new TimelineId(2), Lsn.parse("0/2000100"), Lsn.parse("0/3000000")));
    }

    @Test
    void version2NamesTheCluster() {
        assertThat(read(sealed(VERSION_2)).system()).contains(SystemId.parse("18446744073709551614"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Version\": 1 | Version\": 3", "Version\": 1 | Version\": \"x\"",
            "\"Size\": 225 | \"Size\": -1", "\"Size\": 225 | \"Size\": 1.5", "\"Size\": 225 | \"Size\": null",
            "\"Size\": 225 | \"Size\": [1]", "\"Size\": 225 | \"Size\": {\"a\": 1}", "\"Size\": 225 | \"Taille\": 225",
            "\"Path\": \"backup_label\" | \"Path\": \"a\", \"Encoded-Path\": \"61\"",
            "\"Path\": \"backup_label\" | \"Road\": \"a\"", "\"a1b2c3d4\" | \"a1b2c3d\"", "\"a1b2c3d4\" | \"zz\"",
            "\"Timeline\": 1 | \"Timeline\": 0", "0/2000028 | 2000028", "0/2000028 | 0/2000101",
            "\"Files\" | \"Folders\"", "c3a9 | ff", "\"Encoded-Path\" | \"Size\"",
            "{ \"Timeline\": 2 | [ \"Timeline\": 2"})
    void whatIsNotInTheFormIsRefused(String part, String instead) {
        assertThat(VERSION_1).contains(part);
        var lines = VERSION_1.replaceFirst(Pattern.quote(part), instead);

        assertThatThrownBy(() -> read(sealed(lines))).isInstanceOf(ManifestFault.Malformed.class);
    }

    @Test
    void aManifestWithoutWalIsRefused() {
        var lines = VERSION_1.replaceFirst("(?s)\"WAL-Ranges\": \\[.*\\]", "\"WAL-Ranges\": []");

        assertThatThrownBy(() -> read(sealed(lines))).isInstanceOf(ManifestFault.Malformed.class)
                .hasMessageContaining("WAL");
    }

    @Test
    void everyFlippedBitIsFound() {
        var whole = sealed(VERSION_2);
        var letterCase = 0x20;
        for (var bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            var copy = whole.clone();
            copy[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            var inChecksum = bit / Byte.SIZE > whole.length - 68 && bit / Byte.SIZE < whole.length - 3;
            var sameDigit = inChecksum && 1 << bit % Byte.SIZE == letterCase
                    && Character.isLetter(whole[bit / Byte.SIZE]);
            if (!sameDigit) {
                assertThatThrownBy(() -> read(copy)).as("bit %d", bit).isInstanceOf(ManifestFault.Malformed.class);
            }
        }
    }

    @Test
    void aManifestThatIsCutAnywhereIsRefused() {
        var whole = sealed(VERSION_2);
        for (var length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(ManifestFault.Malformed.class);
        }
    }

    @Test
    void randomChangesUnderARightChecksumAreReadOrRefused() {
        var random = new Random(SEED);
        for (var round = 0; round < 20_000; round++) {
            var lines = new StringBuilder(VERSION_2);
            for (var change = random.nextInt(4); change >= 0; change--) {
                var at = random.nextInt(lines.length());
                switch (random.nextInt(3)) {
                    case 0 -> lines.setCharAt(at, (char) random.nextInt(128));
                    case 1 -> lines.deleteCharAt(at);
                    default -> lines.insert(at, "[]{}\",:\n0".charAt(random.nextInt(9)));
                }
            }
            try {
                read(sealed(lines.toString()), 1 + random.nextInt(500), new ArrayList<>());
            } catch (ManifestFault expected) {
                assertThat(expected.code()).as("seed %d, round %d", SEED, round).isEqualTo("manifest.malformed");
            }
        }
    }

    @Test
    void aLineWithoutAnEndIsRefusedBeforeItFillsTheMemory() {
        var reader = new ManifestReader(file -> {});
        var spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> reader.accept(spaces, 0, spaces.length)).isInstanceOf(ManifestFault.Malformed.class);
    }

    @Test
    void aChecksumIsPrintedInTheOrderOfTheServersMemory() {
        assertThat(ManifestFile.crc32c(0x0403_0201)).isEqualTo("01020304");
    }
}
