// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SealedObjectTest {

    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final Uid repository = Uid.random(random);
    private final byte[] seed = bytes(32, 3);
    private final Digest slot = Digest.of(bytes(32, 4));
    private final byte[] openingKey = bytes(32, 5);
    private final KeyChain chain = new KeyChain(repository, Role.OWNER, 1, List.of(
            new EpochKeys(1, bytes(32, 1), bytes(32, 2), Curves.agreementPublicOf(openingKey), openingKey)));
    private final Authority authority = digest -> digest.equals(slot)
            ? Optional.of(new Authority.Enrolled(Role.OWNER, Curves.signingPublicOf(seed), Optional.empty()))
            : Optional.empty();

    @Test
    void aBodyOfThreeFramesComesBackAndAForeignSignerIsNotTrusted() {
        byte[] body = bytes(2 * FrameHeader.PLAIN_BYTES_MAX + 7, 9);
        byte[] object = SealedObject.write(chain, new Signer(slot, seed), Kind.INDEX, body, random);
        SealedObject.Opened opened = SealedObject.read(chain, authority, Kind.INDEX, "index/x", NOW, object);
        assertThat(opened.body()).isEqualTo(body);
        assertThat(opened.signer()).isEqualTo(slot);
        assertThatThrownBy(() -> SealedObject.read(chain, any -> Optional.empty(), Kind.INDEX, "x", NOW, object))
                .isInstanceOf(VaultFault.Untrusted.class);
    }

    @Test
    void aFrameOfDataAndOneOfWalOpenWhereverTheyLie() {
        byte[] plain = new byte[65_536];
        FrameSealer sealer = chain.toOpening(random);
        try (Compressor compressor = new Compressor(1)) {
            Digest id = chain.names().wal(0x1000, plain, 0, plain.length);
            byte[] target = new byte[70_000];
            int length = sealer.seal(id, compressor.compress(plain, 0, plain.length), target, 100);
            byte[] found = chain.opener()
                    .open(new FrameExpectation(Naming.wal(0x1000), id, length, plain.length), "wal/x", target, 100);
            assertThat(found).isEqualTo(plain);
            assertThatThrownBy(() -> chain.opener()
                    .open(new FrameExpectation(Naming.data(), id, length, plain.length), "wal/x", target, 100))
                    .isInstanceOf(VaultFault.Damage.class);
        }
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
