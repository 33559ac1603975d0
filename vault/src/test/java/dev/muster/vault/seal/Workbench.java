// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One repository's secrets, made of fixed bytes, as each role has them, and the authority over their slots. */
final class Workbench {

    static final Uid REPOSITORY = new Uid(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
    static final Uid ANOTHER = new Uid(1, 2);
    static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    static final Instant RETIRED = NOW.plusSeconds(60);

    static final byte[] OPENING = bytes(32, 3);

    private Workbench() {}

    /** Epochs 1 and 2. */
    static KeyChain chain(Role role) {
        return chain(REPOSITORY, role);
    }

    static KeyChain chain(Uid repository, Role role) {
        return new KeyChain(repository, role, 2, List.of(keys(1, role), keys(2, role)));
    }

    static EpochKeys keys(int epoch, Role role) {
        byte @Nullable [] naming = role.names() ? bytes(32, 2) : null;
        byte @Nullable [] opening = role.opens() ? OPENING.clone() : null;
        return new EpochKeys(epoch, bytes(32, 10 + epoch), naming, Curves.agreementPublicOf(OPENING), opening);
    }

    /** The slot of this role. */
    static Signer signer(Role role) {
        return new Signer(slot(role.code()), bytes(32, 100 + role.code()));
    }

    /** A slot for each role, and slot 9, a capture slot retired at {@link #RETIRED}. */
    static Authority authority() {
        return slot -> {
            for (Role role : Role.values()) {
                if (slot.equals(slot(role.code()))) {
                    return Optional.of(new Authority.Enrolled(role, publicKey(role.code()), Optional.empty()));
                }
            }
            return slot.equals(slot(9))
                    ? Optional.of(new Authority.Enrolled(Role.CAPTURE, publicKey(9), Optional.of(RETIRED)))
                    : Optional.empty();
        };
    }

    static Signer retiredSigner() {
        return new Signer(slot(9), bytes(32, 109));
    }

    static Digest slot(int number) {
        return Digest.of(bytes(32, 200 + number));
    }

    static byte[] publicKey(int number) {
        return Curves.signingPublicOf(bytes(32, 100 + number));
    }

    /** Bytes that do not compress. */
    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Bytes that compress to half and less. */
    static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }

    static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << (at % 8));
        return flipped;
    }

    static byte[] join(byte[]... parts) {
        byte[] joined = {};
        for (byte[] part : parts) {
            int end = joined.length;
            joined = Arrays.copyOf(joined, end + part.length);
            System.arraycopy(part, 0, joined, end, part.length);
        }
        return joined;
    }
}
