// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.disk.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pace in a small text file that is replaced as a whole. A reader ignores lines it does not know; a file of a higher
 * version is left as it is.
 *
 * <pre>
 * muster pace 1
 * copy BYTES NANOSECONDS      (for each, oldest first)
 * replay BYTES NANOSECONDS
 * rest NANOSECONDS
 * end
 * </pre>
 *
 * @param file which is its owner's alone; it and the directories above it need not exist
 */
public record PaceFile(Path file) {

    private static final int VERSION = 1;
    private static final Pattern FIRST_LINE = Pattern.compile("muster pace ([1-9]\\d{0,8})");
    private static final String LAST_LINE = "end";
    private static final long BYTES_MAX = 64 << 10;

    /** It was written by a program that is newer than this one. */
    private static final class Newer extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** What is remembered. That nothing can be read is no failure, but said by the forecast. */
    public Pace read() {
        try {
            return load();
        } catch (NoSuchFileException e) {
            return Pace.unknown();
        } catch (Newer e) {
            return Pace.unknown("what was measured here was written by a newer Muster");
        } catch (IOException e) {
            return Pace.unknown("what was measured here cannot be read, " + file);
        }
    }

    /**
     * Remembers what one more restore measured. What cannot be parsed is begun anew; if somebody else writes at this
     * moment, or a newer program did, nothing is changed.
     *
     * @throws IOException if it cannot be written; then it is as before
     */
    public void add(Measured measured) throws IOException {
        var directory = file.toAbsolutePath().resolveSibling("");
        OwnerOnly.makeDirectories(directory);
        try (var channel = OwnerOnly.open(directory.resolve(file.getFileName() + ".lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE); var lock = channel.tryLock()) {
            if (lock != null) {
                replace(directory, before().with(measured));
            }
        } catch (OverlappingFileLockException | Newer e) {
            // One measurement more or less changes little, and must not cost those of others.
            return;
        }
    }

    private Pace before() throws IOException, Newer {
        try {
            return load();
        } catch (NoSuchFileException | Malformed e) {
            return Pace.unknown();
        }
    }

    private void replace(Path directory, Pace pace) throws IOException {
        var fresh = directory.resolve(file.getFileName() + ".new");
        var bytes = ByteBuffer.wrap(format(pace).getBytes(StandardCharsets.US_ASCII));
        Files.deleteIfExists(fresh);
        try (var out = OwnerOnly.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** What is in the file is none of this. */
    private static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(Path file) {
            super("not a pace: " + file);
        }
    }

    private Pace load() throws IOException, Newer {
        if (Files.size(file) > BYTES_MAX) {
            throw new Malformed(file);
        }
        var lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        var first = FIRST_LINE.matcher(lines.isEmpty() ? "" : lines.getFirst());
        if (first.matches() && Integer.parseInt(first.group(1)) > VERSION) {
            throw new Newer();
        }
        if (!first.matches() || !lines.getLast().equals(LAST_LINE)) {
            throw new Malformed(file);
        }
        try {
            return parse(lines.subList(1, lines.size() - 1));
        } catch (IllegalArgumentException | ArithmeticException | ArrayIndexOutOfBoundsException e) {
            var malformed = new Malformed(file);
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static Pace parse(List<String> lines) {
        var copies = new ArrayList<Measurement>();
        var replays = new ArrayList<Measurement>();
        var rests = new ArrayList<Duration>();
        for (var line : lines) {
            var words = line.split(" ", -1);
            switch (words[0]) {
                case "copy" -> copies.add(measurement(words));
                case "replay" -> replays.add(measurement(words));
                case "rest" -> rests.add(rest(words[1]));
                default -> {}
            }
        }
        return new Pace(copies, replays, rests, Optional.empty());
    }

    private static Measurement measurement(String[] words) {
        return new Measurement(Long.parseLong(words[1]), Duration.ofNanos(Long.parseLong(words[2])));
    }

    private static Duration rest(String nanos) {
        var rest = Duration.ofNanos(Long.parseLong(nanos));
        if (rest.isNegative()) {
            throw new IllegalArgumentException("a time of " + nanos);
        }
        return rest;
    }

    static String format(Pace pace) {
        var lines = new ArrayList<String>();
        lines.add("muster pace " + VERSION);
        pace.copies().forEach(each -> lines.add("copy " + words(each)));
        pace.replays().forEach(each -> lines.add("replay " + words(each)));
        pace.rests().forEach(each -> lines.add("rest " + each.toNanos()));
        lines.add(LAST_LINE);
        return String.join("\n", lines) + "\n";
    }

    private static String words(Measurement measurement) {
        return measurement.bytes() + " " + measurement.took().toNanos();
    }
}
