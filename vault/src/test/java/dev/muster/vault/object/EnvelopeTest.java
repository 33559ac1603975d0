// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.object;

import dev.muster.vault.object.Envelope.Use;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EnvelopeTest {

    private static final Uid REPOSITORY = new Uid(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

    @Test
    void itHasTheBytesThatTheFormatSays() {
        byte[] bytes = new Envelope(Kind.WAL, REPOSITORY).bytes();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("894d55535445520a" + "0001" + "0c" + "01" + "00000000"
                + "00000000" + "00000000" + "0102030405060708090a0b0c0d0e0f10" + "0000000000000000");
        assertThat(Envelope.read("x", bytes)).isEqualTo(new Envelope(Kind.WAL, REPOSITORY));
    }

    @Test
    void everyKindComesBackAndOthersAreNotKnown() {
        for (Kind kind : Kind.values()) {
            assertThat(Envelope.read("x", new Envelope(kind, REPOSITORY).bytes()).kind()).isEqualTo(kind);
            assertThat(Kind.ofKey(kind.prefix() + "/a")).contains(kind);
        }
        for (int code : new int[]{0, 20, 22, 24, 255}) {
            byte[] bytes = new Envelope(Kind.WAL, REPOSITORY).bytes();
            bytes[10] = (byte) code;
            assertThatThrownBy(() -> Envelope.read("x", bytes)).isInstanceOf(VaultFault.Unsupported.class)
                    .hasMessageContaining("kind " + code);
        }
        assertThat(Kind.ofKey("plan/a")).isEmpty();
        assertThat(Kind.ofKey("data")).isEmpty();
    }

    @Test
    void aFeatureThatIsNotKnownRefusesTheUseThatNeedsItAndNoOther() {
        for (Use feature : Use.values()) {
            byte[] bytes = new Envelope(Kind.CHARTER, REPOSITORY).bytes();
            ByteBuffer.wrap(bytes).putInt(switch (feature) {
                case READ -> 12;
                case WRITE -> 16;
                case COLLECT -> 20;
            }, 0x40);
            for (Use use : Use.values()) {
                if (feature == Use.READ || use == feature) {
                    assertThatThrownBy(() -> Envelope.requireFor(use, "x", bytes))
                            .isInstanceOf(VaultFault.Unsupported.class)
                            .hasMessageContaining("features 0x40");
                } else {
                    Envelope.requireFor(use, "x", bytes);
                }
            }
        }
    }

    @Test
    void anotherVersionOrSuiteIsNotKnown() {
        byte[] version = new Envelope(Kind.WAL, REPOSITORY).bytes();
        version[9] = 2;
        byte[] suite = new Envelope(Kind.WAL, REPOSITORY).bytes();
        suite[11] = 2;
        assertThatThrownBy(() -> Envelope.read("x", version)).isInstanceOf(VaultFault.Unsupported.class);
        assertThatThrownBy(() -> Envelope.read("x", suite)).isInstanceOf(VaultFault.Unsupported.class);
    }

    @Test
    void whatIsNotAnEnvelopeIsDamage() {
        byte[] bytes = new Envelope(Kind.WAL, REPOSITORY).bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Envelope.read("x", cut)).isInstanceOf(VaultFault.Damage.class);
        }
        for (int at : new int[]{0, 7, 40, 47}) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 1;
            assertThatThrownBy(() -> Envelope.read("x", flipped)).isInstanceOf(VaultFault.Damage.class);
        }
        assertThatThrownBy(() -> Envelope.require(new Envelope(Kind.MAP, REPOSITORY), "x", bytes))
                .isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> Envelope.require(new Envelope(Kind.WAL, new Uid(1, 1)), "x", bytes))
                .isInstanceOf(VaultFault.Damage.class);
    }
}
