// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;
import dev.muster.postgres.Lsn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The state in a small text file that another process reads without asking anybody: it is replaced as a whole, about once
 * a second. The format is version 1 and frozen: lines of a name, a space and a value; a reader ignores names it does not
 * know. A state that is older than a few seconds is one of a receiver that does not run.
 */
public final class StateFile {

    private static final String FIRST_LINE = "muster receiver 1";
    private static final String NONE = "-";
    private static final Duration SILENT_AT_MOST = Duration.ofSeconds(10);

    private final Path file;

    public StateFile(Path file) {
        this.file = file;
    }

    /** The file could not be written, or holds something else. */
    public static final class Unusable extends Fault {
        private static final long serialVersionUID = 1;

        Unusable(String what, Path file, Throwable cause) {
            super(Notice.of("receiver.state-file", what, file.toString(),
                    "See that the state directory is there and belongs to the user that Muster runs as.")
                    .because(cause));
        }
    }

    /**
     * A state that was found.
     *
     * @param state what it says
     * @param process that wrote it
     */
    public record Found(ReceiverState state, long process) {

        /** Whether that process still receives: it says so about once a second, also when the clock was set. */
        public boolean isRunning(Instant now) {
            return state.phase() != ReceiverState.Phase.STOPPED
                    && Duration.between(state.at(), now).abs().compareTo(SILENT_AT_MOST) < 0
                    && ProcessHandle.of(process).isPresent();
        }
    }

    /** Replaces the file. It need not survive a power cut: the receiver does not either. */
    public void write(ReceiverState state, long process) {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, encode(state, process));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Unusable("The receiver's state cannot be written", file, e);
        }
    }

    /** The state that was written last; empty if there is none. */
    public Optional<ReceiverState> read() {
        return find().map(Found::state);
    }

    /** The same, and who wrote it. */
    public Optional<Found> find() {
        try {
            return Optional.of(decode(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            throw new Unusable("The receiver's state cannot be read", file, e);
        }
    }

    static String encode(ReceiverState state, long process) {
        var lines = new LinkedHashMap<String, String>();
        lines.put("system", state.system());
        lines.put("process", Long.toString(process));
        lines.put("at", state.at().toString());
        lines.put("phase", name(state.phase()));
        var server = state.server();
        lines.put("server", server.map(ReceiverState.Source::name).orElse(NONE));
        lines.put("incarnation", server.map(ReceiverState.Source::incarnation).orElse(NONE));
        lines.put("timeline", server.map(source -> Long.toString(source.timeline())).orElse(NONE));
        lines.put("server-time", server.flatMap(ReceiverState.Source::time).map(Instant::toString).orElse(NONE));
        var log = state.log();
        lines.put("server-end", log.serverEnd().toString());
        lines.put("received", log.received().toString());
        lines.put("spooled", log.spooled().toString());
        lines.put("stored", log.stored().toString());
        lines.put("spool-rpo", text(log.spoolRpo()));
        lines.put("store-rpo", text(log.storeRpo()));
        var promise = state.promise();
        lines.put("synchronous", promise.policy().synchronous() ? "yes" : "no");
        lines.put("durability", name(promise.policy().durability()));
        lines.put("on-outage", name(promise.policy().onOutage()));
        lines.put("outage-after", promise.policy().outageAfter().toString());
        lines.put("standing", name(promise.standing()));
        lines.put("degraded", promise.degraded().map(StateFile::name).orElse(NONE));
        lines.put("spool-bytes", Long.toString(promise.spoolBytes()));
        lines.put("spool-bytes-max", Long.toString(promise.spoolBytesMax()));
        lines.put("trouble-code", state.trouble().map(ReceiverState.Trouble::code).orElse(NONE));
        lines.put("trouble-since", state.trouble().map(trouble -> trouble.since().toString()).orElse(NONE));
        lines.put("trouble", state.trouble().map(trouble -> oneLine(trouble.message())).orElse(NONE));
        var text = new StringBuilder(FIRST_LINE).append('\n');
        lines.forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
        return text.toString();
    }

    static Found decode(String text) {
        var lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE)) {
            throw new IllegalArgumentException("its first line is not '" + FIRST_LINE + "'");
        }
        var values = new LinkedHashMap<String, String>();
        for (var line : lines.subList(1, lines.size())) {
            var space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        var reading = new Reading(values);
        return new Found(reading.state(), Long.parseLong(reading.value("process")));
    }

    private record Reading(Map<String, String> values) {

        ReceiverState state() {
            var source = optional("server").map(name -> new ReceiverState.Source(name, value("incarnation"),
                    Long.parseLong(value("timeline")), optional("server-time").map(Instant::parse)));
            var log = new ReceiverState.Log(lsn("server-end"), lsn("received"), lsn("spooled"), lsn("stored"),
                    rpo(value("spool-rpo")), rpo(value("store-rpo")));
            var policy = new Policy(value("synchronous").equals("yes"), choice("durability", Policy.Durability.class),
                    choice("on-outage", Policy.OnOutage.class), Duration.parse(value("outage-after")));
            var degraded = optional("degraded").map(_ -> choice("degraded", ReceiverEvent.Degradation.class));
            var promise = new ReceiverState.Promise(policy, choice("standing", Standing.class), degraded,
                    Long.parseLong(value("spool-bytes")),
                    Long.parseLong(value("spool-bytes-max")));
            var trouble = optional("trouble-code").map(code -> new ReceiverState.Trouble(code, value("trouble"),
                    Instant.parse(value("trouble-since"))));
            return new ReceiverState(value("system"), Instant.parse(value("at")),
                    choice("phase", ReceiverState.Phase.class), source, log, promise, trouble);
        }

        private String value(String name) {
            var value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("it says nothing of " + name);
            }
            return value;
        }

        private Optional<String> optional(String name) {
            return Optional.of(value(name)).filter(value -> !value.equals(NONE));
        }

        private Lsn lsn(String name) {
            return Lsn.parse(value(name));
        }

        private <E extends Enum<E>> E choice(String name, Class<E> type) {
            for (var constant : type.getEnumConstants()) {
                if (name(constant).equals(value(name))) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(name + " is '" + value(name) + "'");
        }

        private static Rpo rpo(String text) {
            var words = text.split(" ", -1);
            try {
                return switch (words[0]) {
                    case "never" -> new Rpo.Never();
                    case "known" -> new Rpo.Known(Duration.parse(words[1]));
                    case "unknown" -> new Rpo.Unknown(Duration.parse(words[1]), Duration.parse(words[2]));
                    default -> throw new IllegalArgumentException("an RPO is '" + text + "'");
                };
            } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException("an RPO is '" + text + "'", e);
            }
        }
    }

    private static String text(Rpo rpo) {
        return switch (rpo) {
            case Rpo.Never _ -> "never";
            case Rpo.Known known -> "known " + known.age();
            case Rpo.Unknown unknown -> "unknown " + unknown.age() + " " + unknown.silent();
        };
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String oneLine(String text) {
        var line = text.replace('\n', ' ').replace('\r', ' ');
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0 ? "?" : line;
    }
}
