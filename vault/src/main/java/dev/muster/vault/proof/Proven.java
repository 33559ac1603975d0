// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.store.BlobInfo;
import dev.muster.vault.object.Digest;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What proofs cover at one moment of the store. Immutable. */
public final class Proven {

    private final List<Examined> held;
    private final List<Examined> read;

    /** @param now by the store's clock */
    public Proven(Collection<StoredProof> proofs, Instant now) {
        held = newestFirst(proofs, proof -> proof.coversAt(now));
        read = newestFirst(proofs, proof -> proof.wasReadAt(now));
    }

    private static List<Examined> newestFirst(Collection<StoredProof> proofs, Predicate<StoredProof> which) {
        return proofs.stream()
                .filter(which)
                .map(proof -> proof.proof().examined())
                .sorted(Comparator.comparing(Examined::listed).reversed())
                .toList();
    }

    /**
     * Since when an object is proven, by the store's clock; empty if it is not.
     *
     * @param blob as it is listed now
     * @param digest from its key
     */
    public Optional<Instant> since(BlobInfo blob, Digest digest) {
        return newest(held, blob, digest);
    }

    /** When an object was read last, whether or not it was sound, by the store's clock; empty if it was not. */
    public Optional<Instant> lastRead(BlobInfo blob, Digest digest) {
        return newest(read, blob, digest);
    }

    private static Optional<Instant> newest(List<Examined> newestFirst, BlobInfo blob, Digest digest) {
        for (Examined examined : newestFirst) {
            if (blob.storeTime().isBefore(examined.listed()) && Stretch.anyHas(examined.stretches(), digest)) {
                return Optional.of(examined.listed());
            }
        }
        return Optional.empty();
    }
}
