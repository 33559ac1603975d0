// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.key;

import dev.muster.vault.object.Kind;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the slot that a key unlocks (docs/format.md, section 5, "Opening"). */
final class Unlocking {

    /** More passphrase slots than this are not tried, nor made. */
    static final int PASSPHRASE_SLOTS_MAX = 16;
    /** More raw key slots than this are not tried, nor made. */
    static final int RAW_KEY_SLOTS_MAX = 4096;

    private final KeyObjects objects;

    Unlocking(KeyObjects objects) {
        this.objects = objects;
    }

    /** A slot that the charters of its root list as active. */
    record Unlocked(OpenSlot slot, Charters charters) {}

    /** @param only the repository that this place must hold; a key that people use twice could open another one here */
    Unlocked unlock(KeySource key, Optional<Uid> only) throws InterruptedException {
        List<Slot> slots = objects.read(Kind.SLOT, Slot::read);
        if (slots.isEmpty()) {
            throw new VaultFault.NoRepository(objects.place());
        }
        List<Slot> candidates = slots.stream()
                .filter(slot -> slot.kind() == key.kind() && only.map(slot.repository()::equals).orElse(true))
                .sorted(Comparator.comparingLong((Slot slot) -> slot.derivation().work())
                        .thenComparing(Slot::digest))
                .limit(slotsMax(key.kind()))
                .toList();
        Optional<Slot> unlisted = Optional.empty();
        for (Slot slot : candidates) {
            Optional<SlotSecrets> secrets = unlock(slot, key);
            if (secrets.isEmpty()) {
                continue;
            }
            Optional<Charters> charters = Charters.of(new RootObjects(objects, slot));
            if (charters.isPresent() && charters.get().lists(slot)) {
                return new Unlocked(new OpenSlot(slot, secrets.get()), charters.get());
            }
            secrets.get().wipe();
            unlisted = Optional.of(slot);
        }
        throw unlisted.map(slot -> VaultFault.WrongKey.notInForce(slot.toString()))
                .orElseGet(() -> new VaultFault.WrongKey(objects.place()));
    }

    static int slotsMax(SlotKind kind) {
        return switch (kind) {
            case PASSPHRASE -> PASSPHRASE_SLOTS_MAX;
            case RAW_KEY -> RAW_KEY_SLOTS_MAX;
        };
    }

    private Optional<SlotSecrets> unlock(Slot slot, KeySource key) {
        if (slot.derivation().memoryBytes() > Runtime.getRuntime().maxMemory() / 4 * 3) {
            objects.report(KeyObjects.name(Kind.SLOT, slot.digest()),
                    "to try it takes more memory than this process may use: " + slot.derivation().memoryBytes());
            return Optional.empty();
        }
        return slot.unlock(key);
    }
}
