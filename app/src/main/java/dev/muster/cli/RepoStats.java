// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.system.RepositoryAddress;
import dev.muster.vault.object.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster repo stats}. */
@Command(name = "stats", description = "Count the objects of the repository and their bytes, by kind. Needs no key.", footerHeading = "%nExamples:%n", footer = {
        "  muster repo stats",
        "  muster repo stats --repository /backups/clinic --json"})
final class RepoStats implements Callable<Integer> {

    private static final String OTHER = "other";

    private final OpenKeys keys;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    RepoStats(OpenKeys keys) {
        this.keys = keys;
    }

    private record Row(String kind, long objects, long bytes) {

        Row and(Row other) {
            return new Row(kind, objects + other.objects, bytes + other.bytes);
        }
    }

    private record Document(String url, long objects, long bytes, List<Row> kinds) {}

    @Override
    public Integer call() throws InterruptedException {
        RepositoryAddress address = where.address(keys.invocation());
        try (Store store = keys.stores().openReadOnly(address.url())) {
            List<Row> rows = count(store);
            Row total = rows.stream().reduce(new Row("all", 0, 0), Row::and);
            if (json.asked()) {
                Json.print(keys.invocation().out(),
                        new Document(address.url(), total.objects, total.bytes, rows));
            } else {
                print(rows, total);
            }
        }
        return 0;
    }

    private static List<Row> count(Store store) throws InterruptedException {
        Map<String, Row> rows = new TreeMap<>();
        store.list(Prefix.everything(), blob -> {
            String kind = Kind.ofKey(blob.key().value()).map(Kind::prefix).orElse(OTHER);
            rows.merge(kind, new Row(kind, 1, blob.length()), Row::and);
        });
        return List.copyOf(rows.values());
    }

    private void print(List<Row> rows, Row total) {
        Table table = new Table("kind", "objects", "stored");
        rows.forEach(row -> table.row(row.kind, Figures.count(row.objects), Figures.bytes(row.bytes)));
        table.row(total.kind, Figures.count(total.objects), Figures.bytes(total.bytes));
        keys.invocation().out().print(table);
        keys.invocation().out().flush();
    }
}
