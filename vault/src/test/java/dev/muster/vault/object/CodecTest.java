// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CodecTest {

    private static final int TEXT_BYTES_MAX = 4096;

    @Test
    void eachTypeHasTheBytesThatTheFormatSays() {
        assertThat(hex(out -> out.u8(0xab).u16(0x1234).u32(0xdeadbeefL).u64(-2))).isEqualTo(
                "ab" + "1234" + "deadbeef" + "fffffffffffffffe");
        assertThat(hex(out -> out.varint(0).varint(127).varint(128).varint(300))).isEqualTo("00" + "7f" + "8001"
                + "ac02");
        assertThat(hex(out -> out.varint(Long.MAX_VALUE))).isEqualTo("ffffffffffffffff7f");
        assertThat(hex(out -> out.bytes(new byte[]{1, 2}).text("é"))).isEqualTo("020102" + "02c3a9");
        assertThat(hex(out -> out.time(Instant.ofEpochSecond(1, 2_999)))).isEqualTo("00000000000f4242");
        assertThat(hex(out -> out.time(Instant.ofEpochSecond(-1)))).isEqualTo("fffffffffff0bdc0");
        assertThat(hex(out -> out.list(List.of(1, 2), (each, item) -> each.u8(item)))).isEqualTo("020102");
        assertThat(hex(out -> out.map(Map.of("b", "2", "a", "1")))).isEqualTo("02" + "0161" + "0131" + "0162"
                + "0132");
        assertThat(hex(out -> out.uid(new Uid(1, 2)))).isEqualTo("0000000000000001" + "0000000000000002");
    }

    @Test
    void whateverIsWrittenIsReadBack() {
        byte[] bytes = encoded(out -> out.u8(255)
                .u16(65_535)
                .u32(0xFFFF_FFFFL)
                .u64(Long.MIN_VALUE)
                .varint(Long.MAX_VALUE)
                .text("Übung 🐘")
                .time(Instant.parse("1969-12-31T23:59:59.999999Z"))
                .map(Map.of("ä", "1", "z", "2", "", "")));
        Decoder in = new Decoder("x", bytes);
        assertThat(in.u8()).isEqualTo(255);
        assertThat(in.u16()).isEqualTo(65_535);
        assertThat(in.u32()).isEqualTo(0xFFFF_FFFFL);
        assertThat(in.u64()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.varint()).isEqualTo(Long.MAX_VALUE);
        assertThat(in.text(100)).isEqualTo("Übung 🐘");
        assertThat(in.time()).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
        assertThat(in.map(256, 100)).containsExactly(Map.entry("", ""), Map.entry("z", "2"), Map.entry("ä", "1"));
        in.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "808000", "ff00", "ffffffffffffffffff01", "808080808080808080", "80", ""})
    void aNumberHasOneForm(String hex) {
        assertThatThrownBy(() -> decoder(hex).varint()).isInstanceOf(VaultFault.Damage.class);
    }

    @Test
    void limitsAreHeld() {
        assertThatThrownBy(() -> decoder("05").varint(4)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("ffffffff7f").bytes(Integer.MAX_VALUE)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("ffffffffffffffff7f").bytes(Integer.MAX_VALUE))
                .isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("ffff03").list(100_000, Decoder::u8)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("03616263").text(2)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("00000005").size(6, 7)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("ffffffff").size(6, 7)).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> decoder("0000").end()).isInstanceOf(VaultFault.Damage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01ff", "02c0af", "03eda080", "04f4908080", "01c3"})
    void aTextIsUtf8(String hex) {
        assertThatThrownBy(() -> decoder(hex).text(TEXT_BYTES_MAX)).isInstanceOf(VaultFault.Damage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"020162010001610100", "020161010001610100"})
    void theKeysOfAMapAscend(String hex) {
        assertThatThrownBy(() -> decoder(hex).map(256, TEXT_BYTES_MAX)).isInstanceOf(VaultFault.Damage.class);
    }

    @Test
    void theEncoderRefusesWhatTheFormatCannotSay() {
        Encoder out = new Encoder();
        for (Consumer<Encoder> bad : List.<Consumer<Encoder>>of(each -> each.u8(256), each -> each.u8(-1),
                each -> each.u16(65_536), each -> each.u32(1L << 32), each -> each.u32(-1), each -> each.varint(-1))) {
            assertThatThrownBy(() -> bad.accept(out)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> out.text("ä".repeat(2049))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Encoder().map(Map.of("ä".repeat(2049), "")))
                .isInstanceOf(IllegalArgumentException.class);
        Map<String, String> large = new HashMap<>();
        for (int at = 0; at <= 256; at++) {
            large.put("key " + at, "");
        }
        assertThatThrownBy(() -> out.map(large)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.time(Instant.MAX)).isInstanceOf(ArithmeticException.class);
        assertThat(out.size()).isZero();
    }

    @Test
    void noiseIsAVaultFaultOrAValueAndNothingElse() {
        long seed = new SecureRandom().nextLong();
        Random dice = new Random(seed);
        for (int round = 0; round < 200_000; round++) {
            byte[] noise = new byte[dice.nextInt(40)];
            dice.nextBytes(noise);
            try {
                read(new Decoder("noise", noise), dice);
            } catch (VaultFault e) {
                assertThat(e.code()).isEqualTo("vault.damage");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(noise),
                        e);
            }
        }
    }

    private static void read(Decoder in, Random dice) {
        while (in.remaining() > 0) {
            switch (dice.nextInt(8)) {
                case 0 -> in.varint();
                case 1 -> in.text(TEXT_BYTES_MAX);
                case 2 -> in.list(1 << 20, Decoder::varint);
                case 3 -> in.map(256, TEXT_BYTES_MAX);
                case 4 -> in.bytes(Integer.MAX_VALUE);
                case 5 -> in.time();
                case 6 -> in.varint(1000);
                default -> in.u8();
            }
        }
        in.end();
    }

    @Test
    void digestsAreOrderedAsUnsignedBytesAndParsedFromLowerCaseOnly() {
        byte[] low = new byte[32];
        byte[] high = new byte[32];
        for (int at = 0; at < 32; at++) {
            high[at] = (byte) 0x80;
            assertThat(Digest.of(low)).isLessThan(Digest.of(high));
            assertThat(Digest.of(high).bytes()).isEqualTo(high);
            low = high.clone();
            high[at] = (byte) 0xff;
            assertThat(Digest.of(low)).isLessThan(Digest.of(high));
            low = high.clone();
        }
        String hex = "00ff".repeat(16);
        assertThat(Digest.parse(hex).hex()).isEqualTo(hex);
        assertThatThrownBy(() -> Digest.parse(hex.toUpperCase(Locale.ROOT)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Digest.parse(hex.substring(2))).isInstanceOf(IllegalArgumentException.class);
        assertThat(Digest.sha256("abc".getBytes(StandardCharsets.US_ASCII)).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static Decoder decoder(String hex) {
        return new Decoder("x", HexFormat.of().parseHex(hex));
    }

    private static byte[] encoded(Consumer<Encoder> write) {
        Encoder out = new Encoder();
        write.accept(out);
        byte[] bytes = out.toByteArray();
        assertThat(out.size()).isEqualTo(bytes.length);
        return Arrays.copyOf(bytes, bytes.length);
    }

    private static String hex(Consumer<Encoder> write) {
        return HexFormat.of().formatHex(encoded(write));
    }
}
