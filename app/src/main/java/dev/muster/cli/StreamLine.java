// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.postgres.wal.receive.ReceiverEvent;
import dev.muster.postgres.wal.receive.ReceiverState;
import dev.muster.postgres.wal.receive.Rpo;
import dev.muster.postgres.wal.spool.SpoolCut;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a receiver says, for people and for machines.
 *
 * @param event stable name
 * @param fields stable names and what they are
 * @param text for people
 */
record StreamLine(String event, Map<String, Object> fields, String text) {

    static StreamLine of(ReceiverEvent event) {
        return switch (event) {
            case ReceiverEvent.Connected now -> line("connected", Map.of("server", now.server(), "from",
                    now.from().toString()), "connected to " + now.server() + "; goes on at " + now.from());
            case ReceiverEvent.Disconnected now -> trouble("disconnected", now.fault(), now.pause(), "not connected: ");
            case ReceiverEvent.Began now -> began(now);
            case ReceiverEvent.Joined now -> joined(now);
            case ReceiverEvent.Followed now -> followed(now);
            case ReceiverEvent.BranchLeft now -> left(now);
            case ReceiverEvent.Gap now -> gap(now);
            case ReceiverEvent.NotCompared now -> notCompared(now);
            case ReceiverEvent.SlotRemade now -> line("slot_made", Map.of("slot", now.slot(), "was_lost",
                    now.wasLost()), "replication slot " + now.slot() + (now.wasLost() ? " made anew" : " made"));
            case ReceiverEvent.SpoolFull now -> line("spool_full", Map.of("bytes", now.bytes()),
                    "SPOOL FULL with " + Figures.bytes(now.bytes()) + ": the server keeps its WAL");
            case ReceiverEvent.HoldFailed now -> trouble("hold_failed", now.fault(), null,
                    "the hold slot cannot be moved, and the server keeps more WAL than it needs to: ");
            case ReceiverEvent.StoreFailed now -> trouble("store_failed", now.fault(), now.pause(),
                    "the repository takes no WAL, the spool does: ");
            case ReceiverEvent.StoreRecovered now -> over("store_recovered", "the repository takes WAL again",
                    now.outage());
            case ReceiverEvent.Degraded now -> line("degraded", Map.of("to", name(now.to()), "seconds",
                    now.lag().toMillis() / 1e3), "LESS IS PROMISED: " + degraded(now.to()));
            case ReceiverEvent.Restored now -> over("restored", "all is promised again", now.after());
            case ReceiverEvent.CutFound now -> cut(now.cut());
            case ReceiverEvent.SpoolHasRoom now -> over("spool_has_room", "the spool has room again", now.after());
        };
    }

    private static StreamLine began(ReceiverEvent.Began now) {
        return line("began", Map.of("incarnation", now.incarnation().hex(), "first", now.first().toString()),
                "a history begins at " + now.first()
                        + ": take a backup now, only with one that is taken from here on can this WAL be used");
    }

    private static StreamLine joined(ReceiverEvent.Joined now) {
        return line("joined", Map.of("before", now.before().hex(), "incarnation", now.incarnation().hex(), "at",
                now.at().toString()),
                "goes on with the history that a backup or another receiver began, from " + now.at());
    }

    private static StreamLine followed(ReceiverEvent.Followed now) {
        return line("followed", Map.of("timeline", now.timeline(), "fork", now.fork().toString(), "parent",
                now.parent().hex(), "child", now.child().hex()),
                "the server goes on along timeline " + now.timeline() + " from " + now.fork());
    }

    private static StreamLine left(ReceiverEvent.BranchLeft now) {
        return line("branch_left", Map.of("parent", now.parent().hex(), "fork", now.fork().toString(), "end",
                now.end().toString()),
                "WAL from " + now.fork() + " to " + now.end()
                        + " is not on the way that the server took; it is kept");
    }

    private static StreamLine gap(ReceiverEvent.Gap now) {
        return line("gap", Map.of("from", now.from().toString(), "first", now.first().toString()),
                "GAP: the server has thrown away WAL from " + now.from() + " to " + now.first()
                        + "; nobody has it. Take a backup now");
    }

    private static StreamLine notCompared(ReceiverEvent.NotCompared now) {
        return line("not_compared", Map.of("end", now.end().toString(), "first", now.first().toString()),
                "CANNOT BE COMPARED: the server has thrown away WAL before " + now.end()
                        + ", which is stored, and cannot show that it goes on there. Take a backup now");
    }

    private static StreamLine cut(SpoolCut cut) {
        var kept = cut.aside() == 0
                ? ""
                : "; " + Figures.count(cut.aside()) + " of its files do not follow and are kept in " + cut.place()
                        + " until the repository has what they hold";
        return line("spool_cut", Map.of("end", cut.usableTo().toString(), "aside", cut.aside(), "place", cut.place()),
                "SPOOL CUT: files of it are missing or too short, it can be used up to " + cut.usableTo()
                        + "; what follows is asked of the server again" + kept);
    }

    private static String degraded(ReceiverEvent.Degradation to) {
        return switch (to) {
            case SPOOL_ONLY -> "the repository lags behind, commits are released once the spool has them";
            case STEPPED_DOWN -> "the spool is full, commits do not wait for this receiver";
        };
    }

    private static StreamLine line(String event, Map<String, Object> fields, String text) {
        return new StreamLine(event, fields, text);
    }

    private static StreamLine trouble(String event, Fault fault, @Nullable Duration pause, String text) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("code", fault.code());
        fields.put("message", String.valueOf(fault.getMessage()));
        var again = "";
        if (pause != null) {
            fields.put("again_in_seconds", pause.toMillis() / 1e3);
            again = "; tried again in " + Figures.duration(pause);
        }
        return new StreamLine(event, fields, text + fault.getMessage() + " (" + fault.code() + ")" + again);
    }

    private static StreamLine over(String event, String text, Duration after) {
        return line(event, Map.of("seconds", after.toMillis() / 1e3), text + ", after " + Figures.duration(after));
    }

    /** How it is doing, in one line. */
    static String progress(ReceiverState state, long bytesPerSecond) {
        var log = state.log();
        var lag = log.lagBytes().map(Figures::bytes).orElse("unknown");
        return String.format(Locale.ROOT, "%s  %s  %s/s  lag %s  RPO %s  spool %s%s%s", name(state.phase()),
                log.stored(), Figures.bytes(bytesPerSecond), lag,
                (state.losesNothing() ? "0, in the repository " : "") + text(log.storeRpo()),
                Figures.bytes(state.promise().spoolBytes()),
                state.promise().policy().synchronous() ? "  " + name(state.promise().standing()) : "",
                state.trouble().map(trouble -> "  " + trouble.code()).orElse(""));
    }

    /** How it is doing, for machines. */
    static Map<String, Object> fields(ReceiverState state) {
        var log = state.log();
        var promise = state.promise();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("system", state.system());
        fields.put("phase", name(state.phase()));
        fields.put("timeline", state.server().map(ReceiverState.Source::timeline).orElse(0L));
        fields.put("server_end", log.serverEnd().toString());
        fields.put("received", log.received().toString());
        fields.put("spooled", log.spooled().toString());
        fields.put("stored", log.stored().toString());
        fields.put("lag_bytes", log.lagBytes().orElse(null));
        fields.put("rpo_seconds", state.losesNothing() ? Double.valueOf(0) : seconds(log.storeRpo()));
        fields.put("spool_rpo_seconds", seconds(log.spoolRpo()));
        fields.put("store_rpo_seconds", seconds(log.storeRpo()));
        fields.put("rpo_known", state.losesNothing() || log.storeRpo() instanceof Rpo.Known);
        fields.put("loses_nothing", state.losesNothing());
        fields.put("synchronous", promise.policy().synchronous());
        fields.put("standing", name(promise.standing()));
        fields.put("degraded", promise.degraded().map(StreamLine::name).orElse(null));
        fields.put("spool_bytes", promise.spoolBytes());
        fields.put("spool_bytes_max", promise.spoolBytesMax());
        fields.put("trouble", state.trouble().map(ReceiverState.Trouble::code).orElse(null));
        return fields;
    }

    /** The most that it can be: a silent server cannot have written before it fell silent what it had not told of. */
    private static @Nullable Double seconds(Rpo rpo) {
        return switch (rpo) {
            case Rpo.Never _ -> null;
            case Rpo.Known known -> known.age().toMillis() / 1e3;
            case Rpo.Unknown unknown -> most(unknown).toMillis() / 1e3;
        };
    }

    private static String text(Rpo rpo) {
        return switch (rpo) {
            case Rpo.Never _ -> "unknown";
            case Rpo.Known known -> Figures.duration(known.age());
            case Rpo.Unknown unknown -> "unknown, up to " + Figures.duration(most(unknown));
        };
    }

    private static Duration most(Rpo.Unknown rpo) {
        return rpo.age().compareTo(rpo.silent()) > 0 ? rpo.age() : rpo.silent();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
