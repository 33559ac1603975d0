// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.store.Store;
import dev.muster.system.RepositoryCopy;
import dev.muster.system.Stores;
import dev.muster.vault.copy.CopyLag;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a copy stands to its repository.
 *
 * @param lag empty if it could not be looked at
 * @param fault why not
 */
record CopyStanding(RepositoryCopy copy, Optional<CopyLag> lag, Optional<Fault> fault) {

    /** A copy in {@code --json}: what is not known is null. */
    record Row(String name, String url, @Nullable Boolean begun, @Nullable Integer snapshotsMissing,
            @Nullable Long walBytesMissing, @Nullable Instant behindSince, StatusText.@Nullable FaultRow fault) {}

    /** Looks at a copy; one that cannot be looked at hides nothing else. */
    static CopyStanding of(RepositoryCopy copy, Store original, Stores stores) throws InterruptedException {
        try {
            if (!stores.exists(copy.url())) {
                return new CopyStanding(copy, Optional.of(new CopyLag(false, 0, 0, Optional.empty())),
                        Optional.empty());
            }
            try (Store store = stores.openReadOnly(copy.url())) {
                return new CopyStanding(copy, Optional.of(CopyLag.between(original, store)), Optional.empty());
            }
        } catch (Fault e) {
            return new CopyStanding(copy, Optional.empty(), Optional.of(e));
        }
    }

    Row row() {
        return new Row(copy.name(), copy.url(), lag.map(CopyLag::begun).orElse(null),
                lag.map(CopyLag::snapshotsMissing).orElse(null), lag.map(CopyLag::walBytesMissing).orElse(null),
                lag.flatMap(CopyLag::since).orElse(null), fault.map(StatusText.FaultRow::of).orElse(null));
    }

    String text() {
        return copy.name() + ": " + lag.map(CopyStanding::text)
                .or(() -> fault.map(each -> "CANNOT BE LOOKED AT: " + each.what() + " (" + each.code() + ")"))
                .orElse("not known");
    }

    private static String text(CopyLag lag) {
        if (!lag.begun()) {
            return "NOT MADE YET: muster repo copy";
        }
        return lag.since()
                .map(since -> "behind since " + Figures.moment(since) + ": " + Figures.count(lag.snapshotsMissing())
                        + (lag.snapshotsMissing() == 1 ? " snapshot and " : " snapshots and ")
                        + Figures.bytes(lag.walBytesMissing()) + " of WAL are not there")
                .orElse("has all snapshots and all WAL");
    }
}
