// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.key.Charter.Member;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.List;

/** A repository put together object by object, by somebody who holds the root key and need not keep to any order. */
final class HandMade {

    private static final Instant MADE = Instant.parse("2026-07-01T00:00:00Z");

    final Uid repository;
    final RootKey root;
    final OpenSlot owner;
    final EpochSecrets epoch;
    final Digest epochObject;
    /** The first charter, with the owner's slot of raw key 1 and epoch 1. */
    final Charter first;
    final Digest firstObject;

    private final TestRing ring;

    HandMade(TestRing ring) throws InterruptedException {
        this.ring = ring;
        repository = Uid.random(ring.random);
        root = RootKey.random(ring.random);
        owner = slot(TestRing.raw(1), Role.OWNER);
        epoch = EpochSecrets.fresh(1, ring.random);
        ring.put(Kind.SLOT, owner.slot().object());
        epochObject = ring.put(Kind.EPOCH, epochObject(epoch));
        grant(owner.slot(), epochObject, epoch);
        first = new Charter(1, Digest.NONE, MADE, 65_536, 32 << 20, Uid.random(ring.random), root.publicKey(),
                List.of(Member.of(owner.slot())), List.of(epochObject));
        firstObject = put(first);
    }

    OpenSlot slot(KeySource key, Role role) {
        return Slot.make(repository, new Slot.Draft(role, "made by hand", MADE), key, root, ring.random);
    }

    byte[] epochObject(EpochSecrets secrets) {
        return Epoch.object(repository, root, secrets, MADE, false);
    }

    Digest grant(Slot slot, Digest object, EpochSecrets secrets) throws InterruptedException {
        return ring.put(Kind.GRANT, Grant.object(slot, object, secrets, root, ring.random));
    }

    Digest put(Charter charter) throws InterruptedException {
        return ring.put(Kind.CHARTER, charter.object(repository, root));
    }

    /** The charter after that one. */
    Charter next(Charter before, Digest digest, List<Member> slots, List<Digest> epochs) {
        return before.next(digest, MADE, slots, epochs);
    }
}
