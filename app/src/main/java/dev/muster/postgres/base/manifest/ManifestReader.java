// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.manifest;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.SystemId;
import dev.muster.postgres.TimelineId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a manifest of version 1 or 2 from bytes that arrive in pieces of any size. Files are handed on as they are read:
 * what is made of them must wait for {@link #end}, which verifies the manifest's own checksum. Source of the format:
 * PostgreSQL's documentation, chapter "Backup Manifest Format".
 *
 * <p>Not safe for use by several threads.
 */
public final class ManifestReader {

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})*");
    private static final int VERSION_MAX = 2;

    private final Consumer<ManifestFile> files;
    private final ManifestChecksum checksum = new ManifestChecksum();
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;

    /** The values of the document itself, and those of the object in one of its arrays. */
    private final Map<String, String> document = new LinkedHashMap<>();
    private final Map<String, String> item = new LinkedHashMap<>();
    private final List<WalRange> walRanges = new ArrayList<>();
    private @Nullable String array;
    private long fileCount;
    private int depth;

    /** @param files takes each file that is listed */
    public ManifestReader(Consumer<ManifestFile> files) {
        this.files = files;
        parser = new JsonFactory().createNonBlockingByteArrayParser(ObjectReadContext.empty());
        feeder = (ByteArrayFeeder) Objects.requireNonNull(parser.nonBlockingInputFeeder());
    }

    /** Takes the next bytes of the manifest. */
    public void accept(byte[] bytes, int offset, int length) {
        checksum.accept(bytes, offset, length);
        guarded(() -> {
            feeder.feedInput(bytes, offset, offset + length);
            drain();
        });
    }

    /** Says that no more bytes will come, and verifies that these were the server's. */
    public Manifest end() {
        guarded(() -> {
            feeder.endOfInput();
            drain();
        });
        if (depth != 0 || document.isEmpty()) {
            throw new ManifestFault.Malformed("it is cut short");
        }
        var computed = checksum.hex();
        if (!computed.equalsIgnoreCase(text(document, "Manifest-Checksum"))) {
            throw new ManifestFault.Malformed("its checksum is wrong");
        }
        var version = version();
        var system = version < VERSION_MAX
                ? Optional.<SystemId>empty()
                : Optional.of(parsed(document, "System-Identifier", SystemId::parse));
        if (walRanges.isEmpty()) {
            throw new ManifestFault.Malformed("it names no WAL");
        }
        return new Manifest(version, system, fileCount, walRanges);
    }

    private int version() {
        var version = number(document, "PostgreSQL-Backup-Manifest-Version");
        if (version < 1 || version > VERSION_MAX) {
            throw new ManifestFault.Malformed("its version is " + version);
        }
        return (int) version;
    }

    private static void guarded(Runnable parsing) {
        try {
            parsing.run();
        } catch (JacksonException e) {
            throw new ManifestFault.Malformed(e.getOriginalMessage(), e);
        }
    }

    private void drain() {
        for (var token = parser.nextToken(); token != null && token != JsonToken.NOT_AVAILABLE; token =
                parser.nextToken()) {
            take(token);
        }
    }

    /** The document is an object of values and of arrays of objects of values, and nothing else. */
    private void take(JsonToken token) {
        switch (token) {
            case START_OBJECT -> startObject();
            case END_OBJECT -> endObject();
            case START_ARRAY -> startArray();
            case END_ARRAY -> array = null;
            case PROPERTY_NAME -> {}
            case VALUE_STRING, VALUE_NUMBER_INT -> value();
            default -> throw new ManifestFault.Malformed("it holds " + token + " where none is expected");
        }
    }

    private void startObject() {
        if ((depth == 0 && array == null) || (depth == 1 && array != null)) {
            depth++;
            item.clear();
        } else {
            throw new ManifestFault.Malformed("an object stands where none is expected");
        }
    }

    private void startArray() {
        if (depth != 1 || array != null) {
            throw new ManifestFault.Malformed("an array stands where none is expected");
        }
        array = parser.currentName();
    }

    private void endObject() {
        depth--;
        if (array == null) {
            return;
        }
        switch (array) {
            case "Files" -> file();
            case "WAL-Ranges" -> walRanges.add(walRange());
            default -> throw new ManifestFault.Malformed("it lists " + array);
        }
    }

    private void value() {
        var values = array == null ? document : item;
        var name = parser.currentName();
        if (name == null || depth == 0 || values.putIfAbsent(name, parser.getString()) != null) {
            throw new ManifestFault.Malformed("a value has no name, or one that was used before");
        }
    }

    private void file() {
        fileCount++;
        var algorithm = item.containsKey("Checksum-Algorithm") ? text(item, "Checksum-Algorithm") : "NONE";
        var sum = algorithm.equals("NONE") ? "" : hex("Checksum").toLowerCase(Locale.ROOT);
        files.accept(new ManifestFile(path(), number(item, "Size"), algorithm, sum));
    }

    private String path() {
        if (item.containsKey("Path") == item.containsKey("Encoded-Path")) {
            throw new ManifestFault.Malformed("a file has no path, or two");
        }
        if (item.containsKey("Path")) {
            return text(item, "Path");
        }
        try {
            var bytes = HexFormat.of().parseHex(hex("Encoded-Path"));
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new ManifestFault.Malformed("the path of a file is not UTF-8", e);
        }
    }

    private String hex(String name) {
        var text = text(item, name);
        if (!HEX.matcher(text).matches()) {
            throw new ManifestFault.Malformed(name + " is not hexadecimal");
        }
        return text;
    }

    private WalRange walRange() {
        var start = parsed(item, "Start-LSN", Lsn::parse);
        var end = parsed(item, "End-LSN", Lsn::parse);
        if (end.isBefore(start)) {
            throw new ManifestFault.Malformed("a range of WAL ends before it begins");
        }
        return new WalRange(parsed(item, "Timeline", TimelineId::parse), start, end);
    }

    private static long number(Map<String, String> values, String name) {
        var text = text(values, name);
        if (!DIGITS.matcher(text).matches()) {
            throw new ManifestFault.Malformed(name + " is not a number");
        }
        return Long.parseLong(text);
    }

    private static <T> T parsed(Map<String, String> values, String name, Function<String, T> parse) {
        try {
            return parse.apply(text(values, name));
        } catch (IllegalArgumentException e) {
            throw new ManifestFault.Malformed(name + " cannot be read", e);
        }
    }

    private static String text(Map<String, String> values, String name) {
        var text = values.get(name);
        if (text == null) {
            throw new ManifestFault.Malformed("it lacks " + name);
        }
        return text;
    }
}
