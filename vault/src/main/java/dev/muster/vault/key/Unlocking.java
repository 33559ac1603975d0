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
            throwIfDamaged(Kind.SLOT);
            throw new VaultFault.NoRepository(objects.place());
        }
        List<Slot> candidates = slots.stream()
                .filter(slot -> slot.kind() == key.kind() && only.map(slot.repository()::equals).orElse(true))
                .sorted(Comparator.comparingLong((Slot slot) -> slot.derivation().work())
                        .thenComparing(Slot::digest))
                .limit(slotsMax(key.kind()))
                .toList();
        Optional<Slot> unlisted = Optional.empty();
        boolean chartless = false;
        long memoryMax = Runtime.getRuntime().maxMemory() / 4 * 3;
        for (Slot slot : candidates) {
            if (slot.derivation().memoryBytes() > memoryMax) {
                continue;
            }
            Optional<SlotSecrets> secrets = slot.unlock(key);
            if (secrets.isEmpty()) {
                continue;
            }
            Optional<Charters> charters = Charters.of(new RootObjects(objects, slot));
            if (charters.isPresent() && charters.get().lists(slot)) {
                return new Unlocked(new OpenSlot(slot, secrets.get()), charters.get());
            }
            secrets.get().wipe();
            chartless |= charters.isEmpty();
            unlisted = Optional.of(slot);
        }
        if (chartless) {
            throwIfDamaged(Kind.CHARTER);
        }
        throw failure(candidates, unlisted, memoryMax);
    }

    private VaultFault failure(List<Slot> candidates, Optional<Slot> unlisted, long memoryMax) {
        if (unlisted.isPresent()) {
            return VaultFault.WrongKey.notInForce(unlisted.get().toString());
        }
        long needed = candidates.stream().mapToLong(slot -> slot.derivation().memoryBytes()).max().orElse(0);
        if (needed > memoryMax) {
            return new VaultFault.Refused("To try this passphrase takes " + (needed >> 20)
                    + " MiB of memory, and this process may use " + (memoryMax >> 20), objects.place(),
                    "Give the process a larger heap (-Xmx), or use a raw key.");
        }
        return new VaultFault.WrongKey(objects.place());
    }

    /** A key is not called wrong if all that could show it right is there and cannot be read. */
    private void throwIfDamaged(Kind kind) {
        for (KeyFinding finding : objects.findings()) {
            if (finding.key().startsWith(kind.prefix() + "/")) {
                throw new VaultFault.Damage(finding.what(), finding.key());
            }
        }
    }

    static int slotsMax(SlotKind kind) {
        return switch (kind) {
            case PASSPHRASE -> PASSPHRASE_SLOTS_MAX;
            case RAW_KEY -> RAW_KEY_SLOTS_MAX;
        };
    }
}
