// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.ledger.Deed;
import dev.muster.ledger.Journal;
import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.system.Audience;
import dev.muster.vault.ledger.Entry.Outcome;
import dev.muster.work.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Enters in the ledger what becomes of a receiver: that it began, once it has a server for the first time; what changes the
 * history that can be recovered, or what is promised; and how it ended. A task of its own does it, so that no log ever
 * waits for the ledger, and a reconnect enters nothing.
 */
final class StreamEntries implements Audience, AutoCloseable {

    /** Of one action in one run; what exceeds it is counted. */
    static final int EACH_MAX = 16;

    /** A receiver that is told to stop has 17 of 20 seconds for the log: if the store did not take that, it takes no entry. */
    static final Duration STORE_IS_AWAY = Duration.ofSeconds(2);

    private static final Duration END_AT_MOST = Duration.ofMinutes(1);

    private static final String RUN = "stream.run";

    private final Audience told;
    private final Journal journal;
    private final String system;
    private final Duration awayAtMost;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Scope scope = Scope.open("entries", 1);
    private final Map<String, Integer> counts = new HashMap<>();
    private boolean begun;
    private @Nullable ReceiverState last;

    private interface Step {
        void run() throws InterruptedException;
    }

    /**
     * Begins to listen.
     *
     * @param told hears everything
     * @param awayAtMost how long a store that did not take all of the log is waited for
     */
    StreamEntries(Audience told, Journal journal, String system, Duration awayAtMost) throws InterruptedException {
        this.told = told;
        this.journal = journal;
        this.system = system;
        this.awayAtMost = awayAtMost;
        scope.fork(this::write);
    }

    private void write() throws InterruptedException {
        while (over.getCount() > 0) {
            steps.take().run();
        }
    }

    @Override
    public void happened(ReceiverEvent event) {
        told.happened(event);
        switch (event) {
            case ReceiverEvent.Connected now -> begin(Map.of("server", now.server(), "from", now.from().toString()));
            case ReceiverEvent.Began now -> note("stream.history",
                    Map.of("incarnation", now.incarnation().hex(), "first", now.first().toString()));
            case ReceiverEvent.Joined now -> note("stream.takeover", Map.of("before", now.before().hex(),
                    "incarnation", now.incarnation().hex(), "at", now.at().toString()));
            case ReceiverEvent.Followed now -> note("stream.follow", Map.of("timeline", Long.toString(now.timeline()),
                    "fork", now.fork().toString(), "parent", now.parent().hex(), "child", now.child().hex()));
            case ReceiverEvent.Gap now -> note("stream.gap",
                    Map.of("from", now.from().toString(), "first", now.first().toString()));
            case ReceiverEvent.NotCompared now -> note("stream.not-compared",
                    Map.of("end", now.end().toString(), "first", now.first().toString()));
            case ReceiverEvent.Degraded now -> note("stream.degrade", Map.of("to", now.to().name(), "lag-ms",
                    Long.toString(now.lag().toMillis())));
            case ReceiverEvent.Restored now -> note("stream.promise",
                    Map.of("after-ms", Long.toString(now.after().toMillis())));
            case ReceiverEvent.Disconnected _,ReceiverEvent.BranchLeft _,ReceiverEvent.SlotRemade _,ReceiverEvent.HoldFailed _,ReceiverEvent.StoreFailed _,ReceiverEvent.StoreRecovered _,ReceiverEvent.SpoolFull _,ReceiverEvent.SpoolHasRoom _,ReceiverEvent.CutFound _ -> {
                // Told, and no part of the record.
            }
        }
    }

    private synchronized void begin(Map<String, String> facts) {
        if (!begun) {
            begun = true;
            steps.add(() -> journal.begin(deed(RUN), facts));
        }
    }

    private synchronized void note(String action, Map<String, String> facts) {
        if (counts.merge(action, 1, Integer::sum) <= EACH_MAX) {
            steps.add(() -> journal.note(deed(action), facts));
        }
    }

    /**
     * Enters how it ended, if it ever had a server; gives up if that takes too long.
     *
     * @param stored whether all that was received is in the repository
     */
    void end(boolean stored) throws InterruptedException {
        end(Outcome.DONE, Map.of("all-stored", stored ? "yes" : "no"), stored ? END_AT_MOST : awayAtMost);
    }

    /** The same for a run that failed. */
    void failed(RuntimeException why) throws InterruptedException {
        end(Outcome.FAILED, Map.of(Journal.ERROR, Journal.name(why)), END_AT_MOST);
    }

    private void end(Outcome outcome, Map<String, String> facts, Duration atMost) throws InterruptedException {
        synchronized (this) {
            if (begun || !counts.isEmpty()) {
                steps.add(() -> journal.end(deed(RUN), outcome, facts(facts)));
            }
            steps.add(over::countDown);
        }
        if (!over.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            journal.complain(RUN, "the store is too slow");
        }
    }

    private synchronized Map<String, String> facts(Map<String, String> more) {
        var facts = new TreeMap<>(more);
        counts.forEach((action, count) -> {
            if (count > EACH_MAX) {
                facts.put(action, Integer.toString(count));
            }
        });
        if (last != null) {
            facts.put("stored", last.log().stored().toString());
            last.server().ifPresent(server -> {
                facts.put("incarnation", server.incarnation());
                facts.put("timeline", Long.toString(server.timeline()));
            });
        }
        return facts;
    }

    private Deed deed(String action) {
        return new Deed(action, system, "its WAL");
    }

    @Override
    public void advised(List<Advice> advice) {
        told.advised(advice);
    }

    @Override
    public void complained(Exception reason) {
        told.complained(reason);
    }

    @Override
    public boolean isOver(ReceiverState state) {
        synchronized (this) {
            last = state;
        }
        return told.isOver(state);
    }

    @Override
    public void close() {
        scope.close();
    }
}
