// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One message of a server's log.
 *
 * @param time when it was written; nothing if it was not written in PostgreSQL's own form
 * @param pid the process that wrote it; nothing likewise
 * @param severity what kind of message it is
 * @param text the message, with line breaks if it has several lines; DETAIL, CONTEXT and STATEMENT may hold row data
 */
public record LogLine(Optional<Instant> time, OptionalLong pid, Severity severity, String text) {

    /** What kind of message a line is. DETAIL and those after it explain the message above them. */
    public enum Severity {
        DEBUG, INFO, NOTICE, WARNING, ERROR, LOG, FATAL, PANIC, DETAIL, HINT, QUERY, CONTEXT, STATEMENT, LOCATION,
        /** Not PostgreSQL's own form: the output of a restore_command, for instance. */
        OTHER
    }

    /** The form that {@link StartServer} asks for: {@code log_line_prefix} '%m [%p] ' in GMT, messages in English. */
    static final String PREFIX = "%m [%p] ";

    private static final Pattern FORM = Pattern
            .compile(
                    "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}) \\w+ \\[(\\d{1,18})\\] ([A-Z]+)\\d?: {1,2}(.*)");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    static LogLine parse(String line) {
        var matcher = FORM.matcher(line);
        if (!matcher.matches()) {
            return new LogLine(Optional.empty(), OptionalLong.empty(), Severity.OTHER, line);
        }
        var time = LocalDateTime.parse(matcher.group(1), TIME).toInstant(ZoneOffset.UTC);
        return new LogLine(Optional.of(time), OptionalLong.of(Long.parseLong(matcher.group(2))),
                severity(matcher.group(3)), matcher.group(4));
    }

    /** Whether a line of the file continues the message above it: PostgreSQL indents those by a tab. */
    static boolean continues(String line) {
        return line.startsWith("\t");
    }

    LogLine continuedBy(String line) {
        return new LogLine(time, pid, severity, text + "\n" + line.substring(1));
    }

    private static Severity severity(String word) {
        for (var severity : Severity.values()) {
            if (severity.name().equals(word)) {
                return severity;
            }
        }
        return Severity.OTHER;
    }
}
