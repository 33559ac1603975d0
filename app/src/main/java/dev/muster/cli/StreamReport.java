// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.wal.advice.Advice;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.system.Audience;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver prints: a line for whatever happens, and how it is doing, which on a terminal is one line that is drawn
 * anew, and else a line every so often.
 */
final class StreamReport implements Audience, AutoCloseable {

    private static final Duration LINE_EVERY = Duration.ofMinutes(1);
    private static final Duration DOCUMENT_EVERY = Duration.ofSeconds(5);

    private final Invocation invocation;
    private final PrintWriter out;
    private final ProgressLine line;
    private final boolean json;
    private final Predicate<ReceiverState> over;
    private final Set<Advice> advised = new HashSet<>();
    private @Nullable ReceiverState last;
    private @Nullable ReceiverState before;
    private long toldAt;
    private ReceiverState.@Nullable Phase toldPhase;

    private StreamReport(Invocation invocation, boolean json, Predicate<ReceiverState> over) {
        this.invocation = invocation;
        this.out = invocation.out();
        this.line = invocation.progress();
        this.json = json;
        this.over = over;
    }

    /** @param over whether to stop */
    static StreamReport to(Invocation invocation, boolean json, Predicate<ReceiverState> over) {
        return new StreamReport(invocation, json, over);
    }

    @Override
    public synchronized void happened(ReceiverEvent event) {
        var said = StreamLine.of(event);
        if (json) {
            print(said.event(), said.fields());
        } else {
            print(said.text());
        }
    }

    @Override
    public synchronized void advised(List<Advice> advice) {
        advised.retainAll(advice);
        for (var each : advice) {
            if (advised.add(each)) {
                if (json) {
                    var fields = new LinkedHashMap<String, Object>();
                    fields.put("topic", each.topic());
                    fields.put("what", each.what());
                    fields.put("remedy", each.remedy());
                    print("advice", fields);
                } else {
                    print("WARNING: " + each.what());
                    print("  " + each.remedy());
                }
            }
        }
    }

    @Override
    public synchronized void complained(Exception reason) {
        if (json) {
            print("state_file_failed", Map.of("reason", String.valueOf(reason.getMessage())));
        } else {
            print("others on this host cannot be told how it is doing: " + reason.getMessage());
        }
    }

    @Override
    public synchronized boolean isOver(ReceiverState state) {
        before = last;
        last = state;
        var now = invocation.time().nanoTime().getAsLong();
        var due = json ? DOCUMENT_EVERY : LINE_EVERY;
        if (json || !invocation.terminal().attended()) {
            if (state.phase() != toldPhase || now - toldAt >= due.toNanos()) {
                toldAt = now;
                toldPhase = state.phase();
                tell(state);
            }
        } else {
            line.say(StreamLine.progress(state, bytesPerSecond(state)));
        }
        return over.test(state);
    }

    private void tell(ReceiverState state) {
        if (json) {
            print("state", StreamLine.fields(state));
        } else if (state.phase() != ReceiverState.Phase.STOPPED) {
            print(StreamLine.progress(state, bytesPerSecond(state)));
        }
    }

    private long bytesPerSecond(ReceiverState state) {
        if (before == null) {
            return 0;
        }
        var seconds = Duration.between(before.at(), state.at()).toNanos() / 1e9;
        var bytes = state.log().received().minus(before.log().received());
        return seconds <= 0 || bytes < 0 || before.log().received().value() == 0 ? 0 : (long) (bytes / seconds);
    }

    /** The last word; returns what it was given. */
    synchronized boolean end(boolean stored) {
        if (json) {
            print("ended", Map.of("stored", stored));
        } else if (stored) {
            print("stopped: all that was received is in the repository");
        } else {
            print("stopped: not all that was received is in the repository yet. It is safe in the spool; start the "
                    + "receiver again, or 'muster stream SYSTEM --drain'");
        }
        return stored;
    }

    private void print(String text) {
        line.close();
        out.println(Figures.moment(now()) + " " + text);
        out.flush();
    }

    private void print(String event, Map<String, ?> fields) {
        var document = new LinkedHashMap<String, Object>();
        document.put("event", event);
        document.put("at", now());
        document.putAll(fields);
        Json.printLine(out, document);
    }

    private Instant now() {
        return invocation.time().clock().instant();
    }

    @Override
    public synchronized void close() {
        line.close();
    }
}
