// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.store.BlobInfo;
import dev.muster.vault.object.Kind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All statements of one kind, each read once: what was said stays in memory as long as it is listed. Thread-safe.
 *
 * @param <T> what such a statement says
 */
public final class Shelf<T> {

    private final Statements statements;
    private final Kind kind;
    private final Function<Statement, T> interpretation;
    private Map<BlobInfo, Outcome<T>> known = Map.of();

    /** @param interpretation as {@link Statements#survey} takes it */
    public Shelf(Statements statements, Kind kind, Function<Statement, T> interpretation) {
        this.statements = statements;
        this.kind = kind;
        this.interpretation = interpretation;
    }

    /** Lists them, and reads those that were not there, or could not be read, the last time. */
    public synchronized Survey<T> survey() throws InterruptedException {
        List<BlobInfo> listed = statements.list(kind);
        List<BlobInfo> unread =
                listed.stream().filter(blob -> !(known.get(blob) instanceof Outcome.Said<T>)).toList();
        Iterator<Outcome<T>> read = statements.readAll(kind, unread, interpretation).iterator();
        Map<BlobInfo, Outcome<T>> now = new LinkedHashMap<>();
        for (BlobInfo blob : listed) {
            now.put(blob, known.get(blob) instanceof Outcome.Said<T> said ? said : read.next());
        }
        known = now;
        return Survey.of(now.values());
    }
}
