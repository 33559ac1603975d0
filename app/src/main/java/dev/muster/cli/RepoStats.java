// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.store.Prefix;
import dev.muster.store.Store;
import dev.muster.system.RepositoryAddress;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Kind;
import dev.muster.vault.snapshot.SnapshotHead;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster repo stats}. */
@Command(name = "stats", description = {
        "Count what the repository holds: objects and bytes by kind, snapshots, and how much they share.",
        "Snapshots are left out if --repository is given without a key."}, footerHeading = "%nExamples:%n", footer = {
                "  muster repo stats",
                "  muster repo stats --repository /backups/clinic --json"})
final class RepoStats implements Callable<Integer> {

    private static final String OTHER = "other";

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryOptions where = new RepositoryOptions();

    RepoStats(OpenVault vaults) {
        this.vaults = vaults;
    }

    private record Row(String kind, long objects, long bytes) {

        Row and(Row other) {
            return new Row(kind, objects + other.objects, bytes + other.bytes);
        }
    }

    /**
     * What snapshots hold and what it takes.
     *
     * @param count those that can be restored
     * @param logicalBytes of their files, each snapshot by itself
     * @param storedBytes of the packs of data and of maps
     * @param ratio logical to stored; null while nothing is stored
     */
    private record Snapshots(long count, long logicalBytes, long storedBytes, @Nullable Double ratio) {}

    private record Document(String url, long objects, long bytes, List<Row> kinds, @Nullable Snapshots snapshots) {}

    @Override
    public Integer call() throws InterruptedException {
        RepositoryAddress address = where.place(vaults.invocation()).address();
        List<Row> rows;
        try (Store store = vaults.stores().openReadOnly(address.url())) {
            rows = count(store);
        }
        Row total = rows.stream().reduce(new Row("all", 0, 0), Row::and);
        Optional<Snapshots> snapshots = address.namesKey()
                ? Optional.of(vaults.openReadOnly(where, (vault, _) -> snapshots(vault, rows)))
                : Optional.empty();
        if (json.asked()) {
            Json.print(vaults.invocation().out(),
                    new Document(address.url(), total.objects, total.bytes, rows, snapshots.orElse(null)));
        } else {
            print(rows, total, snapshots);
        }
        return 0;
    }

    private static Snapshots snapshots(Vault vault, List<Row> rows) throws InterruptedException {
        List<SnapshotHead> heads = vault.snapshots();
        long logical = heads.stream().mapToLong(head -> head.body().counts().logicalBytes()).sum();
        Set<String> packs = Set.of(Kind.DATA.prefix(), Kind.MAP.prefix());
        long stored = rows.stream().filter(row -> packs.contains(row.kind)).mapToLong(Row::bytes).sum();
        return new Snapshots(heads.size(), logical, stored, stored == 0 ? null : (double) logical / stored);
    }

    private static List<Row> count(Store store) throws InterruptedException {
        Map<String, Row> rows = new TreeMap<>();
        store.list(Prefix.everything(), blob -> {
            String kind = Kind.ofKey(blob.key().value()).map(Kind::prefix).orElse(OTHER);
            rows.merge(kind, new Row(kind, 1, blob.length()), Row::and);
        });
        return List.copyOf(rows.values());
    }

    private void print(List<Row> rows, Row total, Optional<Snapshots> snapshots) {
        Table table = new Table("kind", "objects", "stored");
        rows.forEach(row -> table.row(row.kind, Figures.count(row.objects), Figures.bytes(row.bytes)));
        table.row(total.kind, Figures.count(total.objects), Figures.bytes(total.bytes));
        PrintWriter out = vaults.invocation().out();
        out.print(table);
        out.println();
        out.println(snapshots.map(RepoStats::text).orElse("Snapshots: not counted without a key."));
        out.flush();
    }

    private static String text(Snapshots snapshots) {
        String text = "Snapshots: " + Figures.count(snapshots.count);
        return snapshots.ratio == null
                ? text
                : text + ", " + Figures.bytes(snapshots.logicalBytes) + " in " + Figures.bytes(snapshots.storedBytes)
                        + String.format(Locale.ROOT, ", %.1f to 1", snapshots.ratio);
    }
}
