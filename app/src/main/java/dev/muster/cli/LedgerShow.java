// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.ledger.Entry;
import dev.muster.vault.ledger.LedgerView;
import dev.muster.vault.ledger.StoredBatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster ledger show}. */
@Command(name = "show", description = {"Show what happened, the latest last.",
        "Only entries that count are shown. Whether any are missing says 'muster ledger verify'."}, footerHeading = "%nExamples:%n", footer = {
                "  muster ledger show --since 30d", "  muster ledger show --system clinic --action backup --json"})
final class LedgerShow implements Callable<Integer> {

    private final OpenVault vaults;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final RepositoryChoice where = new RepositoryChoice();

    @Option(names = "--since", paramLabel = "TIME", converter = Demo.Time.class, description = "How far back from now: 30d, 12h. Default: all.")
    private Optional<Duration> since = Optional.empty();

    @Option(names = "--system", paramLabel = "NAME", description = "Only what is about this system, in its repository.")
    private Optional<String> system = Optional.empty();

    @Option(names = "--action", paramLabel = "ACTION", description = "Only this action, like backup.take, or this family, like backup.")
    private Optional<String> action = Optional.empty();

    LedgerShow(OpenVault vaults) {
        this.vaults = vaults;
    }

    /** The document of {@code --json}. */
    private record Document(String url, int notCounting, List<Row> entries) {

        record Row(Optional<Instant> time, Instant stored, String host, String user, String slot, String slotLabel,
                String session, String action, String outcome, String system, String subject,
                Map<String, String> facts) {}
    }

    @Override
    public Integer call() throws InterruptedException {
        var place = where.place(vaults.invocation(), system);
        Document document = vaults.openReadOnly(place, (vault, _) -> {
            LedgerView view = vault.ledger().read();
            Optional<Instant> from = since.map(back -> vaults.invocation().time().clock().instant().minus(back));
            return new Document(place.address().url(), view.refused().size(), rows(view, from));
        });
        PrintWriter out = vaults.invocation().out();
        if (json.asked()) {
            Json.print(out, document);
        } else {
            print(out, document);
        }
        if (document.notCounting > 0) {
            vaults.invocation().terminal().err().println("notice: " + document.notCounting
                    + " objects of the ledger do not count: 'muster ledger verify' names them.");
        }
        return 0;
    }

    private List<Document.Row> rows(LedgerView view, Optional<Instant> from) {
        List<Document.Row> rows = new ArrayList<>();
        for (List<StoredBatch> session : view.sessions()) {
            List<Entry.Known> unfinished = LedgerView.unfinished(session);
            for (StoredBatch batch : session) {
                if (from.isEmpty() || !batch.stamped().isBefore(from.get())) {
                    batch.batch().entries().stream().map(entry -> row(batch, entry, unfinished)).filter(this::isAsked)
                            .forEach(rows::add);
                }
            }
        }
        rows.sort(Comparator.comparing(row -> row.time().orElse(row.stored())));
        return rows;
    }

    private boolean isAsked(Document.Row row) {
        return (system.isEmpty() || system.get().equals(row.system)) && (action.isEmpty()
                || row.action.equals(action.get()) || row.action.startsWith(action.get() + "."));
    }

    private static Document.Row row(StoredBatch batch, Entry entry, List<Entry.Known> unfinished) {
        var actor = batch.batch().session().actor();
        String session = batch.key().session().hex();
        return switch (entry) {
            case Entry.Known known -> new Document.Row(Optional.of(known.time()), batch.stamped(), actor.host(),
                    actor.user(), batch.signer().hex(), actor.slot(), session, known.action(),
                    unfinished.contains(known) ? "unfinished" : known.outcome().name().toLowerCase(Locale.ROOT),
                    known.system(), known.subject(),
                    new TreeMap<>(known.facts()));
            case Entry.Unknown unknown -> new Document.Row(Optional.empty(), batch.stamped(), actor.host(),
                    actor.user(), batch.signer().hex(), actor.slot(), session, "", "not understood", "",
                    "an entry of a newer release: " + unknown, Map.of());
        };
    }

    private static void print(PrintWriter out, Document document) {
        Table table = new Table("TIME", "BY", "ACTION", "OUTCOME", "SYSTEM", "WHAT");
        for (Document.Row row : document.entries) {
            table.row(Figures.moment(row.time.orElse(row.stored)),
                    Figures.plain(row.user + "@" + row.host + " (" + row.slotLabel + ")"),
                    row.action, row.outcome, row.system, Figures.plain(what(row)));
        }
        out.print(table.isEmpty() ? "Nothing.\n" : table.toString());
        out.flush();
    }

    private static String what(Document.Row row) {
        return row.facts.isEmpty() ? row.subject : row.subject + "  " + Figures.tags(row.facts);
    }
}
