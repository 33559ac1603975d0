// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Curves;
import dev.muster.vault.seal.EpochKeys;
import dev.muster.vault.seal.KeyChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a slot was granted under the charter that holds. */
final class Granted {

    private final OpenSlot mine;
    private final Charters charters;
    private final RootObjects rooted;
    private final KeyObjects objects;
    private @Nullable RootKey root;

    private Granted(OpenSlot mine, Charters charters, RootObjects rooted) {
        this.mine = mine;
        this.charters = charters;
        this.rooted = rooted;
        this.objects = rooted.objects();
    }

    /** The secrets, opened; the root key for owners. */
    record Opened(Charters charters, KeyChain chain, Optional<RootKey> root, List<KeyFinding> findings) {}

    static Opened open(OpenSlot mine, Charters charters, RootObjects rooted) throws InterruptedException {
        return new Granted(mine, charters, rooted).open();
    }

    private Opened open() throws InterruptedException {
        charters.reportGaps(objects);
        Slot slot = mine.slot();
        Charter charter = charters.holding().charter();
        Map<Digest, Epoch> epochs = rooted.epochs(charter.epochs());
        Map<Digest, Grant.Secrets> secrets = secrets();
        List<EpochKeys> keys = new ArrayList<>();
        for (int number = 1; number <= charter.newestEpoch(); number++) {
            Digest digest = charter.epochs().get(number - 1);
            keys(number, digest, epochs.get(digest), secrets.get(digest)).ifPresent(keys::add);
        }
        KeyChain chain = new KeyChain(slot.repository(), slot.role(), charter.newestEpoch(), keys);
        return new Opened(charters, writable(chain), Optional.ofNullable(root), objects.findings());
    }

    private KeyChain writable(KeyChain chain) {
        Optional<VaultFault.Unsupported> unwritable = charters.holding().unwritable();
        if (unwritable.isPresent()) {
            return chain.refusingToWrite(unwritable::get);
        }
        String place = objects.place();
        return charters.forked() ? chain.refusingToWrite(() -> Charter.forked(place)) : chain;
    }

    /** By the digest of the epoch; of two grants for one epoch any that opens. */
    private Map<Digest, Grant.Secrets> secrets() throws InterruptedException {
        Map<Digest, Grant.Secrets> secrets = new HashMap<>();
        for (Grant grant : rooted.grants()) {
            if (grant.slot().equals(mine.slot().digest())) {
                try {
                    secrets.put(grant.epoch().object(), opened(grant));
                } catch (VaultFault.Damage e) {
                    objects.report(e.subject(), e.what());
                }
            }
        }
        return secrets;
    }

    private Grant.Secrets opened(Grant grant) {
        String subject = KeyObjects.name(Kind.GRANT, grant.digest());
        if (grant.role() != mine.slot().role()) {
            throw new VaultFault.Damage("a grant is for another role than its slot has", subject);
        }
        Grant.Secrets secrets = grant.open(mine.slot().repository(), mine.secrets(), subject);
        byte[] seed = secrets.rootSeed();
        if (seed != null) {
            adoptRoot(new RootKey(seed), subject);
        }
        return secrets;
    }

    private void adoptRoot(RootKey granted, String subject) {
        if (!Arrays.equals(granted.publicKey(), mine.slot().rootKey())) {
            throw new VaultFault.Damage("a grant holds another root key than its slot names", subject);
        }
        root = granted;
    }

    private Optional<EpochKeys> keys(int number, Digest digest, @Nullable Epoch epoch,
            Grant.@Nullable Secrets secrets) {
        String subject = KeyObjects.name(Kind.EPOCH, digest);
        if (epoch == null || epoch.number() != number) {
            objects.report(subject, "epoch " + number + " of the charter is missing");
        }
        if (secrets == null) {
            objects.report(subject, "this slot has no grant for epoch " + number);
            return Optional.empty();
        }
        byte[] opening = secrets.openingKey();
        byte[] derived = opening == null ? null : Curves.agreementPublicOf(opening);
        byte[] published = epoch == null || epoch.number() != number ? derived : epoch.openingKey();
        if (published == null || (derived != null && !Arrays.equals(derived, published))) {
            objects.report(subject, "the granted opening key is not the one of epoch " + number);
            return Optional.empty();
        }
        return Optional.of(new EpochKeys(number, secrets.metadataKey(), secrets.namingKey(), published, opening));
    }
}
