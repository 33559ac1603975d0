// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.restore.EndAction;
import dev.muster.postgres.restore.Pace;
import dev.muster.postgres.restore.PlanDocument;
import dev.muster.postgres.restore.run.Restored;
import dev.muster.postgres.server.Neutralised;
import dev.muster.postgres.server.OsAccount;
import dev.muster.postgres.server.RunningServer;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that was brought back, for people and for machines.
 *
 * @param system whose it is
 * @param restored what was done
 * @param pace by which it was forecast
 * @param account whom it belongs to
 * @param server that runs on it, if one was started
 */
record RestoreText(String system, Restored restored, Pace pace, OsAccount account, Optional<RunningServer> server) {

    private static final int LABEL_CHARS = 13;
    private static final double NANOS = 1e9;

    /** The document of {@code --json}. */
    record Document(String system, PlanDocument plan, Reached reached, Seconds seconds, String directory, String user,
            String postgres, String binDirectory, List<Neutralised> neutralised, @Nullable Server server) {

        record Reached(String lsn, long timeline, @Nullable Long promotedTo, @Nullable Instant lastTransaction) {}

        record Seconds(double copying, double replay, double finishing, double total) {}

        record Server(long pid, String socketDirectory, String host, int port) {}
    }

    Document document() {
        var reached = restored.reached();
        var times = restored.times();
        return new Document(system, restored.plan().document(pace),
                new Document.Reached(reached.lsn().toString(), reached.timeline().number(),
                        reached.promotedTo().map(each -> each.number()).orElse(null),
                        reached.lastTransaction().orElse(null)),
                new Document.Seconds(seconds(times.copying()), seconds(times.replay()), seconds(times.finishing()),
                        seconds(times.total())),
                restored.cluster().dataDirectory().toString(), account.name(),
                restored.installation().version().text(), restored.installation().binDirectory().toString(),
                restored.neutralised(), server.map(RestoreText::server).orElse(null));
    }

    private static Document.Server server(RunningServer server) {
        var address = server.address();
        return new Document.Server(server.pid(), address.socketDirectory().toString(), "127.0.0.1", address.port());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    void print(PrintWriter out) {
        var reached = restored.reached();
        var times = restored.times();
        var size = restored.plan().reach().point().size();
        out.println("Restored " + system + " into " + restored.cluster().dataDirectory() + ".");
        line(out, "reached", reached.lsn() + " on timeline " + reached.timeline() + ", as planned"
                + reached.promotedTo().map(timeline -> "; it is on timeline " + timeline + " now").orElse(""));
        line(out, "last commit",
                reached.lastTransaction().map(Figures::moment).orElse("none was replayed, or it is not known"));
        line(out, "files", Figures.count(size.files()) + " files, " + Figures.bytes(size.bytes()) + " in "
                + Figures.duration(times.copying()) + ", " + Figures.rate(size.bytes(), seconds(times.copying())));
        line(out, "replay", Figures.bytes(restored.plan().walBytes()) + " of WAL in "
                + Figures.duration(times.replay()) + ", the server's start and the comparison included");
        line(out, "finishing", Figures.duration(times.finishing()));
        line(out, "total", Figures.duration(times.total()));
        var forecast = restored.plan().forecast(pace);
        if (forecast.total().isPresent()) {
            line(out, "forecast", "was " + forecast.text() + ", it took " + Figures.duration(times.total()));
        }
        restored.neutralised().forEach(each -> line(out, "not in force", each.setting() + ": "
                + (each.was().isEmpty() ? "(empty)" : each.was()) + " is "
                + (each.now().isEmpty() ? "(empty)" : each.now())));
        out.println();
        out.println(next());
        out.flush();
    }

    private String next() {
        if (server.isPresent()) {
            var address = server.get().address();
            return "A server runs on it, process " + server.get().pid() + ". Connect: psql -h 127.0.0.1 -p "
                    + address.port() + " (by its own pg_hba.conf), or psql -h " + address.socketDirectory() + " -p "
                    + address.port() + " as user " + account.name() + ".";
        }
        var command = restored.installation().binDirectory() + "/pg_ctl -D " + restored.cluster().dataDirectory()
                + " start";
        var paused = restored.plan().request().action() == EndAction.PROMOTE
                ? ""
                : " It goes to its target again and can be read there; select pg_promote() or pg_wal_replay_resume() "
                        + "makes it take writes.";
        return "Start it as user " + account.name() + ": " + command + "." + paused
                + " It archives nowhere and follows nobody until postgresql.auto.conf says so again.";
    }

    private static void line(PrintWriter out, String label, String text) {
        out.println("  " + label + " ".repeat(LABEL_CHARS - label.length()) + text);
    }
}
