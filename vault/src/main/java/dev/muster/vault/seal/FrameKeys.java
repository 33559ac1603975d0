// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.seal;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The keys of frames in one epoch: a new one with its seed, or the one that a seed stands for. Thread-safe. */
final class FrameKeys {

    private static final byte[] BLOCK_INFO = "muster v1 block".getBytes(StandardCharsets.US_ASCII);

    private final EpochKeys keys;
    private final byte[] metadataSeal;
    private final Hpke.@Nullable Context opening;

    FrameKeys(Uid repository, EpochKeys keys) {
        this.keys = keys;
        byte[] placeAndEpoch = BlockNames.placeAndEpoch(repository, keys.epoch());
        byte[] naming = keys.namingKey();
        metadataSeal = Kdf.derive(keys.metadataKey(), placeAndEpoch, "muster v1 meta seal");
        opening = naming == null
                ? null
                : new Hpke.Context(Kdf.derive(naming, placeAndEpoch, "muster v1 block psk"), placeAndEpoch,
                        new Encoder().raw(BLOCK_INFO).raw(placeAndEpoch).toByteArray());
    }

    /** A key and the public part that stands in the frames sealed with it. */
    record Fresh(SecretKey key, Digest seed) {}

    Fresh fresh(Sealing sealing, SecureRandom random) {
        return switch (sealing) {
            case OPENING -> {
                Hpke.Exported sent = Hpke.send(keys.openingPublicKey(), context("seal data"), "key", random);
                yield new Fresh(aes(sent.secret()), Digest.of(sent.encapsulation()));
            }
            case METADATA -> {
                byte[] seed = new byte[Digest.BYTES];
                random.nextBytes(seed);
                yield new Fresh(sealed(seed), Digest.of(seed));
            }
        };
    }

    /** @throws VaultFault.NotGranted if the role does not open such frames */
    SecretKey of(Sealing sealing, Digest seed, String subject) {
        if (sealing == Sealing.METADATA) {
            return sealed(seed.bytes());
        }
        byte[] privateKey = keys.openingPrivateKey();
        if (privateKey == null) {
            throw new VaultFault.NotGranted("open data", "a role without the opening key");
        }
        try {
            return aes(Hpke.receive(privateKey, seed.bytes(), context("open data"), "key"));
        } catch (GeneralSecurityException e) {
            throw new VaultFault.Damage("a frame's seed is no key", subject);
        }
    }

    private Hpke.Context context(String what) {
        if (opening == null) {
            throw new VaultFault.NotGranted(what, "a role without the naming key");
        }
        return opening;
    }

    private SecretKey sealed(byte[] seed) {
        return aes(Kdf.derive(metadataSeal, seed, "muster v1 sealed"));
    }

    private static SecretKey aes(byte[] key) {
        SecretKey secret = new SecretKeySpec(key, "AES");
        Arrays.fill(key, (byte) 0);
        return secret;
    }
}
