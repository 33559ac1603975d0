// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.VaultFault;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FrameTest {

    private static final int SEED_AT = 16;
    private static final int CODEC_AT = 1;

    private final SecureRandom random = new SecureRandom();
    private final KeyChain owner = Workbench.chain(Role.OWNER);
    private final KeyChain capture = Workbench.chain(Role.CAPTURE);
    private final Compressor compressor = new Compressor(1);

    @AfterEach
    void close() {
        compressor.close();
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Framed(FrameExpectation expected, byte[] bytes) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 65_536, FrameHeader.PLAIN_BYTES_MAX})
    void blocksOfAnyLengthComeBackWhetherTheyCompressOrNot(int length) {
        for (byte[] plain : List.of(Workbench.bytes(length, 1), Workbench.text(length, 2), new byte[length])) {
            for (Naming naming : List.of(Naming.data(), Naming.map(), Naming.wal(-2))) {
                Framed frame = frame(capture, naming, plain);
                assertThat(open(owner, frame)).isEqualTo(plain);
                assertThat(frame.bytes.length).isLessThanOrEqualTo(FrameHeader.BYTES + length + FrameHeader.TAG_BYTES);
            }
        }
    }

    @Test
    void everyFlippedBitOfAFrameIsRefused() {
        Framed data = frame(capture, Naming.data(), Workbench.text(90, 1));
        Framed map = frame(capture, Naming.map(), Workbench.bytes(30, 1));
        for (Framed frame : List.of(data, map)) {
            for (int bit = 0; bit < 8 * frame.bytes.length; bit++) {
                byte[] flipped = frame.bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                assertRefused(owner, frame.expected, flipped, 0, "bit " + bit);
            }
        }
    }

    @Test
    void aTornFrameIsRefused() {
        Framed frame = frame(capture, Naming.data(), Workbench.text(90, 1));
        for (int length = 0; length < frame.bytes.length; length++) {
            assertRefused(owner, frame.expected, Arrays.copyOf(frame.bytes, length), 0, "length " + length);
        }
        assertRefused(owner, frame.expected, frame.bytes, frame.bytes.length + 1, "behind the end");
    }

    @Test
    void aFrameMovedToAnotherPackOpensThere() {
        Framed first = frame(capture, Naming.data(), Workbench.text(1000, 1));
        Framed second = frame(capture, Naming.data(), Workbench.text(2000, 2));
        byte[] moved = Workbench.join(new byte[48], second.bytes, first.bytes);
        assertThat(owner.opener().open(first.expected, "data/x", moved, 48 + second.bytes.length))
                .isEqualTo(Workbench.text(1000, 1));
        assertThat(owner.opener().open(second.expected, "data/x", moved, 48)).isEqualTo(Workbench.text(2000, 2));
    }

    @Test
    void framesOfOneSealerShareASeedAndCount() {
        FrameSealer sealer = capture.toOpening(random);
        byte[] target = new byte[1000];
        int offset = 0;
        for (int counter = 0; counter < 3; counter++) {
            byte[] plain = Workbench.bytes(50, counter);
            Digest id = capture.names().data(plain, 0, plain.length);
            int length = sealer.seal(id, Compressed.stored(plain, 0, plain.length), target, offset);
            FrameHeader header = FrameHeader.read("data/x", target, offset, target.length - offset);
            assertThat(header.counter()).isEqualTo(counter);
            assertThat(header.seed()).isEqualTo(sealer.seed());
            assertThat(header.epoch()).isEqualTo(2);
            offset += length;
        }
        assertThat(capture.toOpening(random).seed()).isNotEqualTo(sealer.seed());
    }

    @Test
    void onlyRolesWithTheOpeningKeyOpenData() {
        byte[] plain = Workbench.text(90, 1);
        Framed data = frame(capture, Naming.data(), plain);
        Framed map = frame(capture, Naming.map(), plain);
        for (Role role : Role.values()) {
            KeyChain chain = Workbench.chain(role);
            assertThat(open(chain, map)).isEqualTo(plain);
            if (role.opens()) {
                assertThat(open(chain, data)).isEqualTo(plain);
            } else {
                assertThatThrownBy(() -> open(chain, data)).isInstanceOf(VaultFault.NotGranted.class);
            }
        }
    }

    @Test
    void theOpeningKeyWithoutTheNamingKeyOpensNothing() {
        Framed data = frame(capture, Naming.data(), Workbench.text(90, 1));
        KeyChain guess = new KeyChain(Workbench.REPOSITORY, Role.RESTORE, 2, List.of(
                Workbench.keys(1, Role.OWNER),
                new EpochKeys(2, Workbench.keys(2, Role.OWNER).metadataKey(), null,
                        Curves.agreementPublicOf(Workbench.OPENING), Workbench.OPENING.clone())));
        assertThatThrownBy(() -> open(guess, data)).isInstanceOf(VaultFault.NotGranted.class);
        KeyChain wrongGuess = new KeyChain(Workbench.REPOSITORY, Role.RESTORE, 2, List.of(
                Workbench.keys(1, Role.OWNER),
                new EpochKeys(2, Workbench.keys(2, Role.OWNER).metadataKey(), new byte[32],
                        Curves.agreementPublicOf(Workbench.OPENING), Workbench.OPENING.clone())));
        assertThatThrownBy(() -> open(wrongGuess, data)).isInstanceOf(VaultFault.Damage.class);
    }

    /** The store knows the public key, the repository and the id of the block it would like to replace. */
    @Test
    void aFrameForgedWithThePublicKeyAloneIsRefused() {
        byte[] lie = Workbench.text(90, 666);
        Digest id = capture.names().data(Workbench.text(90, 1), 0, 90);
        EpochKeys guessed = new EpochKeys(2, new byte[32], new byte[32], Curves.agreementPublicOf(Workbench.OPENING),
                null);
        FrameSealer forger = FrameSealer.toOpening(Workbench.REPOSITORY, guessed, random);
        byte[] forged = new byte[Compressed.stored(lie, 0, 90).frameLength()];
        forger.seal(id, Compressed.stored(lie, 0, 90), forged, 0);
        assertThatThrownBy(() -> owner.opener()
                .open(new FrameExpectation(Naming.data(), id, forged.length, 90), "data/x", forged, 0))
                .isInstanceOf(VaultFault.Damage.class)
                .hasMessageContaining("authenticate");
    }

    /** A capture host can seal what it likes, but not under the id of something else. */
    @Test
    void aFrameOfARightfulSealerUnderAnotherIdIsRefused() {
        byte[] lie = Workbench.text(90, 666);
        for (Naming naming : List.of(Naming.data(), Naming.map(), Naming.wal(8192))) {
            Digest id = name(capture, naming, Workbench.text(90, 1));
            Framed frame = frame(capture, naming, lie, id);
            assertThatThrownBy(() -> open(owner, frame)).isInstanceOf(VaultFault.Damage.class)
                    .hasMessageContaining("something else than its id says");
        }
    }

    @Test
    void theSameWalAtAnotherPlaceHasAnotherId() {
        byte[] plain = Workbench.text(90, 1);
        Framed frame = frame(capture, Naming.wal(4096), plain);
        FrameExpectation elsewhere = new FrameExpectation(Naming.wal(8192), frame.expected.id(),
                frame.expected.frameLength(), frame.expected.plainLength());
        assertThatThrownBy(() -> open(owner, new Framed(elsewhere, frame.bytes)))
                .isInstanceOf(VaultFault.Damage.class);
    }

    @Test
    void whatTheReferenceSaysIsCompared() {
        Framed frame = frame(capture, Naming.data(), Workbench.text(90, 1));
        FrameExpectation right = frame.expected;
        Digest other = Digest.of(new byte[32]);
        for (FrameExpectation wrong : List.of(
                new FrameExpectation(right.naming(), other, right.frameLength(), right.plainLength()),
                new FrameExpectation(right.naming(), right.id(), right.frameLength() + 1, right.plainLength()),
                new FrameExpectation(right.naming(), right.id(), right.frameLength(), right.plainLength() - 1),
                new FrameExpectation(Naming.map(), right.id(), right.frameLength(), right.plainLength()))) {
            assertRefused(owner, wrong, frame.bytes, 0, wrong.toString());
        }
    }

    @Test
    void aFrameOfAnotherRepositoryOrEpochIsRefused() {
        Framed frame = frame(capture, Naming.data(), Workbench.text(90, 1));
        assertRefused(Workbench.chain(Workbench.ANOTHER, Role.OWNER), frame.expected, frame.bytes, 0, "repository");
        byte[] older = frame.bytes.clone();
        ByteBuffer.wrap(older).putShort(2, (short) 1);
        assertRefused(owner, frame.expected, older, 0, "epoch 1");
        ByteBuffer.wrap(older).putShort(2, (short) 3);
        assertThatThrownBy(() -> owner.opener().open(frame.expected, "data/x", older, 0))
                .isInstanceOf(VaultFault.Damage.class)
                .hasMessageContaining("epoch 3");
    }

    @Test
    void anEpochThatWasNotGrantedIsNamed() {
        KeyChain partial = new KeyChain(Workbench.REPOSITORY, Role.OWNER, 2, List.of(Workbench.keys(1, Role.OWNER)));
        Framed frame = frame(capture, Naming.data(), Workbench.text(90, 1));
        assertThatThrownBy(() -> open(partial, frame)).isInstanceOf(VaultFault.NotGranted.class)
                .hasMessageContaining("epoch 2");
        assertThatThrownBy(() -> partial.toOpening(random)).isInstanceOf(VaultFault.NotGranted.class);
    }

    /** Somebody with the keys who does not keep to the format of the compressed content. */
    @Test
    void contentThatIsNotOneZstdFrameOfThePlainLengthIsRefused() {
        byte[] plain = Workbench.text(400, 1);
        Compressed good = compressor.compress(plain, 0, plain.length);
        byte[] zstd = Arrays.copyOf(good.buffer(), good.length());
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
        assertThat(open(owner, sealed(plain, zstd, 400))).isEqualTo(plain);
        for (byte[] bad : List.of(Workbench.join(zstd, new byte[]{0}), Workbench.join(zstd, skippable),
                Workbench.join(skippable, zstd), Arrays.copyOf(zstd, zstd.length - 1), new byte[]{1},
                Workbench.bytes(50, 1))) {
            assertThatThrownBy(() -> open(owner, sealed(plain, bad, 400))).isInstanceOf(VaultFault.Damage.class);
        }
        assertThatThrownBy(() -> open(owner, sealed(plain, zstd, 401))).isInstanceOf(VaultFault.Damage.class);
        assertThatThrownBy(() -> open(owner, sealed(plain, zstd, 399))).isInstanceOf(VaultFault.Damage.class);
    }

    /** A window of 2 MiB, or a content size of 4 GB, must not make the reader allocate. */
    @Test
    void aZstdHeaderThatAsksForTooMuchIsRefused() {
        byte[] plain = Workbench.text(400, 1);
        byte[] largeWindow = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x40, 0x58, (byte) 0x90, 0, 1, 0, 0};
        byte[] largeContent = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xa0, -1, -1, -1, -1, 1, 0, 0};
        byte[] dictionary = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x61, 7, (byte) 0x90, 0, 1, 0, 0};
        for (byte[] bad : List.of(largeWindow, largeContent, dictionary)) {
            assertThatThrownBy(() -> open(owner, sealed(plain, bad, 400))).isInstanceOf(VaultFault.Damage.class);
        }
    }

    @Test
    void noiseIsAVaultFaultAndNothingElse() {
        long seed = random.nextLong();
        Random dice = new Random(seed);
        byte[] frame = frame(capture, Naming.data(), Workbench.text(90, 1)).bytes;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = frame.clone();
            for (int changes = dice.nextInt(6); changes >= 0; changes--) {
                noise[dice.nextInt(16)] = (byte) dice.nextInt(dice.nextBoolean() ? 3 : 256);
            }
            try {
                FrameHeader header = FrameHeader.read("x", noise, 0, noise.length);
                owner.opener().open(FrameExpectation.of(Naming.data(), header), "x", noise, 0);
                assertThat(noise).isEqualTo(frame);
            } catch (VaultFault e) {
                assertThat(e.code()).isIn("vault.damage", "vault.unsupported");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void manyThreadsNameAndOpenAtOnce() {
        List<Framed> frames = IntStream.range(0, 50)
                .mapToObj(seed -> frame(capture, Naming.data(), Workbench.text(5000, seed)))
                .toList();
        assertThat(IntStream.range(0, 1000)
                .parallel()
                .allMatch(at -> Arrays.equals(open(owner, frames.get(at % 50)), Workbench.text(5000, at % 50))))
                .isTrue();
    }

    @Test
    void anAllZeroSeedIsDamageAndNoOtherException() {
        Framed frame = frame(capture, Naming.data(), Workbench.text(90, 1));
        Arrays.fill(frame.bytes, SEED_AT, SEED_AT + 32, (byte) 0);
        assertRefused(owner, frame.expected, frame.bytes, 0, "zero seed");
    }

    private Framed sealed(byte[] plain, byte[] content, int plainLength) {
        Digest id = capture.names().data(plain, 0, plain.length);
        Compressed compressed = new Compressed(content, 0, content.length, plainLength, true);
        byte[] bytes = new byte[compressed.frameLength()];
        capture.toOpening(random).seal(id, compressed, bytes, 0);
        assertThat(bytes[CODEC_AT]).isEqualTo((byte) 0x11);
        return new Framed(new FrameExpectation(Naming.data(), id, bytes.length, plainLength), bytes);
    }

    private Framed frame(KeyChain chain, Naming naming, byte[] plain) {
        return frame(chain, naming, plain, name(chain, naming, plain));
    }

    private Framed frame(KeyChain chain, Naming naming, byte[] plain, Digest id) {
        FrameSealer sealer = naming.sealing() == Sealing.OPENING
                ? chain.toOpening(random)
                : chain.underMetadata(random);
        Compressed content = compressor.compress(plain, 0, plain.length);
        byte[] bytes = new byte[content.frameLength()];
        int length = sealer.seal(id, content, bytes, 0);
        return new Framed(new FrameExpectation(naming, id, length, plain.length), bytes);
    }

    private static Digest name(KeyChain chain, Naming naming, byte[] plain) {
        return switch (naming) {
            case Naming.Data data -> chain.names().data(plain, 0, plain.length);
            case Naming.Map map -> chain.names().map(plain, 0, plain.length);
            case Naming.Wal wal -> chain.names().wal(wal.lsn(), plain, 0, plain.length);
        };
    }

    private static byte[] open(KeyChain chain, Framed frame) {
        return chain.opener().open(frame.expected, "data/x", frame.bytes, 0);
    }

    private static void assertRefused(KeyChain chain, FrameExpectation expected, byte[] bytes, int offset,
            String what) {
        assertThatThrownBy(() -> chain.opener().open(expected, "data/x", bytes, offset)).as(what)
                .isInstanceOfAny(VaultFault.Damage.class, VaultFault.Unsupported.class);
    }
}
