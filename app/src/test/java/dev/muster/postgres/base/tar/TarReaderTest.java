// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TarReaderTest {

    private static final long SEED = 20_261_120;
    private static final int BLOCK = 512;
    private static final Instant WHEN = Instant.ofEpochSecond(1_763_640_000);

    /** Writes down what it is told, data as text. */
    private static final class Heard implements TarSink {
        private final List<TarMember> members = new ArrayList<>();
        private final List<String> data = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean open;

        @Override
        public void begin(TarMember member) {
            assertThat(open).isFalse();
            open = true;
            members.add(member);
            bytes.reset();
        }

        @Override
        public void data(byte[] from, int offset, int length) {
            assertThat(open).isTrue();
            bytes.write(from, offset, length);
        }

        @Override
        public void end(TarMember member) {
            assertThat(open).isTrue();
            assertThat(member).isEqualTo(members.getLast());
            open = false;
            assertThat(bytes.size()).isEqualTo((int) members.getLast().size());
            data.add(bytes.toString(StandardCharsets.ISO_8859_1));
        }
    }

    private static byte[] archive(Object... namesAndData) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out, BLOCK, "UTF-8")) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            for (var at = 0; at < namesAndData.length; at += 2) {
                var data = ((String) namesAndData[at + 1]).getBytes(StandardCharsets.ISO_8859_1);
                tar.putArchiveEntry(file((String) namesAndData[at], data.length));
                tar.write(data);
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static TarArchiveEntry file(String name, long size) {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0600);
        entry.setModTime(FileTime.from(WHEN));
        return entry;
    }

    private static Heard read(byte[] archive, int pieceBytes) throws Exception {
        var record = new Heard();
        var reader = new TarReader("base.tar", record);
        for (var at = 0; at < archive.length; at += pieceBytes) {
            reader.accept(archive, at, Math.min(pieceBytes, archive.length - at));
        }
        reader.end();
        return record;
    }

    /** Puts a text over the header's field at {@code offset}, and makes its checksum right again. */
    private static byte[] altered(byte[] archive, int offset, String field) {
        var copy = archive.clone();
        var bytes = field.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, copy, offset, bytes.length);
        Arrays.fill(copy, 148, 156, (byte) ' ');
        var sum = 0;
        for (var at = 0; at < BLOCK; at++) {
            sum += copy[at] & 0xFF;
        }
        System.arraycopy("%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII), 0, copy, 148, 8);
        return copy;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 511, 512, 513, 8192, 1 << 20})
    void theMembersAreTheSameHoweverTheBytesAreCut(int pieceBytes) throws Exception {
        var record = read(archive("backup_label", "START", "base/1/1259", "x".repeat(1024), "empty", "", "PG_VERSION",
                "y".repeat(511)), pieceBytes);

        assertThat(record.members).extracting(TarMember::name)
                .containsExactly("backup_label", "base/1/1259", "empty", "PG_VERSION");
        assertThat(record.data).containsExactly("START", "x".repeat(1024), "", "y".repeat(511));
        assertThat(record.members.getFirst())
                .isEqualTo(new TarMember("backup_label", TarMember.Type.FILE, 0600, 5, WHEN, ""));
    }

    @Test
    void directoriesAndLinksHaveNoSlashAtTheEnd() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out, BLOCK, "UTF-8")) {
            var directory = new TarArchiveEntry("./pg_wal/archive_status/");
            directory.setMode(0700);
            tar.putArchiveEntry(directory);
            tar.closeArchiveEntry();
            var link = new TarArchiveEntry("pg_tblspc/16385", TarConstants.LF_SYMLINK);
            link.setMode(0777);
            link.setLinkName("/srv/fast disk");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        var record = read(out.toByteArray(), 100);

        assertThat(record.members).extracting(TarMember::name).containsExactly("pg_wal/archive_status",
                "pg_tblspc/16385");
        assertThat(record.members).extracting(TarMember::type).containsExactly(TarMember.Type.DIRECTORY,
                TarMember.Type.LINK);
        assertThat(record.members.getLast().link()).isEqualTo("/srv/fast disk");
        assertThat(record.members.getFirst().mode()).isEqualTo(0700);
    }

    @Test
    void aSizeBeyondElevenOctalDigitsIsRead() throws Exception {
        var header = new byte[BLOCK];
        file("base/1/2", 1L << 40).writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);

        assertThat(new TarHeader("base.tar", header).member().size()).isEqualTo(1L << 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "base/../../x", "base/./x", "base//x", "base/", ".", "./", "././x",
            "./../x", ".//x"})
    void aNameThatLeadsElsewhereIsRefused(String name) throws Exception {
        var padded = name + "\0".repeat(100 - name.length());

        assertThatThrownBy(() -> read(altered(archive("base/1/1259", "x"), 0, padded), BLOCK))
                .isInstanceOf(TarFault.NameRefused.class).hasMessageContaining(name);
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> read(altered(archive("base/1/1259", "x"), 0, "caf\u00e9\0"), BLOCK))
                .isInstanceOf(TarFault.NameRefused.class);
    }

    @Test
    void aTornArchiveIsRefusedWhereverItIsCut() throws Exception {
        var whole = archive("backup_label", "START", "base/1/1259", "x".repeat(700));

        for (var length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, BLOCK)).as("cut at %d", length).isInstanceOf(TarFault.Malformed.class);
        }
    }

    @Test
    void anythingButZerosBehindTheDataOrTheEndIsRefused() throws Exception {
        var padding = archive("a", "x");
        padding[BLOCK + 1] = 1;
        var end = Arrays.copyOf(archive("a", "x"), 5 * BLOCK);
        end[4 * BLOCK + 3] = 1;
        var oneZeroBlock = archive("a", "x");
        oneZeroBlock[3 * BLOCK + 3] = 1;

        assertThatThrownBy(() -> read(padding, BLOCK)).isInstanceOf(TarFault.Malformed.class);
        assertThatThrownBy(() -> read(end, BLOCK)).isInstanceOf(TarFault.Malformed.class);
        assertThatThrownBy(() -> read(oneZeroBlock, BLOCK)).isInstanceOf(TarFault.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "6", "7", "x", "L", "g", "\0"})
    void otherTypesOfMembersAreRefused(String type) {
        assertThatThrownBy(() -> read(altered(archive("a", "x"), 156, type), BLOCK))
                .isInstanceOf(TarFault.Malformed.class).hasMessageContaining("type");
    }

    @Test
    void aHeaderWithOneBitFlippedIsRefusedOrReadsTheSame() throws Exception {
        var whole = archive("base/1/1259", "x".repeat(700));
        var original = read(whole, BLOCK).members;

        for (var bit = 0; bit < BLOCK * Byte.SIZE; bit++) {
            var copy = whole.clone();
            copy[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            try {
                assertThat(read(copy, BLOCK).members).as("bit %d", bit).isEqualTo(original);
                assertThat(bit / Byte.SIZE).as("only the padding of the checksum may differ").isBetween(154, 155);
            } catch (TarFault expected) {
                assertThat(expected.code()).as("bit %d", bit).startsWith("tar.");
            }
        }
    }

    @Test
    void randomBytesAreRefusedAndNothingElseHappens() throws Exception {
        var random = new Random(SEED);
        var whole = archive("backup_label", "START", "base/1/1259", "x".repeat(700), "c", "");
        for (var round = 0; round < 20_000; round++) {
            var copy = whole.clone();
            var changes = 1 + random.nextInt(8);
            for (var change = 0; change < changes; change++) {
                copy[random.nextInt(copy.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                copy = altered(copy, 300, "");
            }
            readOrRefuse(copy, 1 + random.nextInt(600), round);
        }
    }

    private static void readOrRefuse(byte[] archive, int pieceBytes, int round) throws Exception {
        try {
            read(archive, pieceBytes);
        } catch (TarFault expected) {
            assertThat(expected.code()).as("seed %d, round %d", SEED, round).startsWith("tar.");
        }
    }
}
