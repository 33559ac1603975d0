// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The log of one run of a server, read while it grows. However long it is, a call reads a bounded part of it.
 *
 * @param file where it is
 * @param start the offset of the run's first byte: the file may hold earlier runs
 */
public record ServerLog(Path file, long start) {

    private static final int READ_BYTES_MAX = 256 * 1024;
    private static final int LINE_CHARS_MAX = 4096;
    private static final int COMPLAINT_LINES_MAX = 12;

    /**
     * Part of a log.
     *
     * @param lines the messages, oldest first
     * @param next the offset where the next part begins
     */
    public record Page(List<LogLine> lines, long next) {

        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** The last messages, oldest first; none if the file has gone. */
    public List<LogLine> tail(int linesMax) {
        var size = FileWork.on(file, "read", this::size);
        var from = Math.max(start, size - READ_BYTES_MAX);
        var bytes = FileWork.on(file, "read", () -> read(from));
        var begin = from == start ? 0 : indexAfterFirstLine(bytes);
        var lines = lines(bytes, begin, bytes.length);
        return List.copyOf(lines.subList(Math.max(0, lines.size() - linesMax), lines.size()));
    }

    /** The complete messages from this offset on, as many as one call reads; the first offset is {@link #start}. */
    public Page from(long offset) {
        var bytes = FileWork.on(file, "read", () -> read(offset));
        var end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end == 0 && bytes.length == READ_BYTES_MAX) {
            end = bytes.length;
        }
        return new Page(lines(bytes, 0, end), offset + end);
    }

    /** What the server said went wrong, for a message: no statement, no context, nothing of a client's doing. */
    String complaint() {
        var complaint = new ArrayList<String>();
        var last = "nothing in its log";
        var relevant = false;
        for (var line : tail(Integer.MAX_VALUE)) {
            relevant = switch (line.severity()) {
                case FATAL, PANIC, OTHER -> true;
                case DETAIL, HINT -> relevant;
                case DEBUG, INFO, NOTICE, WARNING, ERROR, LOG, QUERY, CONTEXT, STATEMENT, LOCATION -> false;
            };
            if (relevant) {
                complaint.add(line.text());
            }
            last = line.severity() == LogLine.Severity.LOG ? line.text() : last;
        }
        var begin = Math.max(0, complaint.size() - COMPLAINT_LINES_MAX);
        return complaint.isEmpty() ? last : String.join("; ", complaint.subList(begin, complaint.size()));
    }

    boolean contains(String text) {
        return tail(Integer.MAX_VALUE).stream().anyMatch(line -> line.text().contains(text));
    }

    private static List<LogLine> lines(byte[] bytes, int begin, int end) {
        var lines = new ArrayList<LogLine>();
        var text = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
        for (var line : (Iterable<String>) text.lines()::iterator) {
            var bounded = line.length() > LINE_CHARS_MAX ? line.substring(0, LINE_CHARS_MAX) : line;
            if (LogLine.continues(bounded) && !lines.isEmpty()) {
                lines.addLast(lines.removeLast().continuedBy(bounded));
            } else {
                lines.add(LogLine.parse(bounded));
            }
        }
        return lines;
    }

    private static int indexAfterFirstLine(byte[] bytes) {
        var index = 0;
        while (index < bytes.length && bytes[index] != '\n') {
            index++;
        }
        return Math.min(index + 1, bytes.length);
    }

    private long size() throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size();
        } catch (NoSuchFileException e) {
            return start;
        }
    }

    private byte[] read(long offset) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var buffer = ByteBuffer.allocate(Math.clamp(channel.size() - offset, 0, READ_BYTES_MAX));
            var read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer, offset + buffer.position());
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }
}
