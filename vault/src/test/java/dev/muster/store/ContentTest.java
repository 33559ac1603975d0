// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContentTest {

    private static byte[] transferred(Content content) throws IOException {
        var sink = new ByteArrayOutputStream();
        content.transferTo((buffer, length) -> sink.write(buffer, 0, length), "data/1");
        return sink.toByteArray();
    }

    @Test
    void aContentCanBeReadAgainAndAgain() throws Exception {
        var bytes = StoreReadingConformance.bytes(1, 2_500_000);
        var content = Content.of(bytes);

        assertThat(transferred(content)).isEqualTo(bytes);
        assertThat(transferred(content)).isEqualTo(bytes);
        assertThat(content.length()).isEqualTo(bytes.length);
    }

    @Test
    void aFileThatHasChangedSinceIsRefused(@TempDir Path directory) throws Exception {
        var file = Files.write(directory.resolve("pack"), new byte[10]);
        var content = Content.ofFile(file);
        assertThat(transferred(content)).hasSize(10);
        Files.write(file, new byte[11]);

        assertThatThrownBy(() -> transferred(content)).isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining("more than 10 bytes");
        Files.write(file, new byte[9]);
        assertThatThrownBy(() -> transferred(content)).isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining("9 of 10 bytes").hasMessageContaining("data/1");
    }

    @Test
    void aSourceThatIsLongerIsRefusedBeforeItsSurplusIsHandedOn() {
        var sink = new ByteArrayOutputStream();
        var content = Content.of(1_048_576, () -> new ByteArrayInputStream(new byte[1_048_577]));

        assertThatThrownBy(() -> content.transferTo((buffer, length) -> sink.write(buffer, 0, length), "data/1"))
                .isInstanceOf(StoreException.Corrupt.class);
        assertThat(sink.size()).isLessThanOrEqualTo(1_048_576);
    }

    @Test
    void anImpossibleLengthIsRefused() {
        assertThatThrownBy(() -> Content.of(-1, () -> new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Content.of(new byte[5], 3, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Content.of(new byte[5], -1, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDigestIsWrittenAndReadAsHexadecimal() {
        // FIPS 180-4, example of one block: "abc".
        var hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        var digest = Sha256.of(new byte[]{'a', 'b', 'c'});

        assertThat(digest).hasToString(hex).isEqualTo(Sha256.parse(hex)).hasSameHashCodeAs(Sha256.parse(hex));
        assertThat(Sha256.fromBytes(digest.bytes())).isEqualTo(digest);
        assertThat(digest).isNotEqualTo(Sha256.of(new byte[0]));
        assertThatThrownBy(() -> Sha256.parse("ba78")).isInstanceOf(IllegalArgumentException.class);
    }
}
