// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.store.BlobInfo;
import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.vault.collect.Amount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is between a sight of the original and its copy.
 *
 * @param missing what is not at the copy, in the order of keys
 * @param there what is
 * @param onlyThere what is at the copy and not in the sight: removed from the original, or put there by readers of the copy
 * @param findings objects of another length at the copy
 */
record Gap(List<CopyItem> missing, Amount there, Amount onlyThere, List<CopyFinding> findings) {

    /** @param copy empty if there is none yet */
    static Gap between(Sight sight, Optional<Store> copy) throws InterruptedException {
        Map<String, Long> lengths = new HashMap<>();
        if (copy.isPresent()) {
            copy.get().list(Prefix.everything(), blob -> note(blob, lengths));
        }
        List<CopyItem> missing = new ArrayList<>();
        List<CopyFinding> findings = new ArrayList<>();
        Amount there = Amount.NOTHING;
        for (CopyItem item : sight.items()) {
            Long bytes = lengths.remove(item.key().value());
            if (bytes == null) {
                missing.add(item);
            } else if (bytes == item.bytes()) {
                there = there.and(item.bytes());
            } else {
                findings.add(new CopyFinding(true, copy.map(Store::place).orElse(""), item.key().value(),
                        "has " + bytes + " bytes here and "
                                + item.bytes()
                                + " in the original: one of them was cut, 'muster repo check --bytes' tells which"));
            }
        }
        Amount onlyThere = new Amount(lengths.size(), lengths.values().stream().mapToLong(Long::longValue).sum());
        return new Gap(missing, there, onlyThere, findings);
    }

    private static void note(BlobInfo blob, Map<String, Long> lengths) {
        if (CopyItem.of(blob).filter(item -> item.phase() != Phase.NEVER).isPresent()) {
            lengths.put(blob.key().value(), blob.length());
        }
    }

    Amount amount() {
        return new Amount(missing.size(), missing.stream().mapToLong(CopyItem::bytes).sum());
    }
}
