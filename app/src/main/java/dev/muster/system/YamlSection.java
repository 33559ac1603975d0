// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * One mapping of the file being read: hands out its values by key, remembers which keys were asked for, and collects a
 * problem with its line for whatever does not fit. Single-threaded.
 */
final class YamlSection {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final ReadingContext context;

    /** What all sections of one file share. */
    record ReadingContext(Map<String, String> environment, List<Problem> problems) {
        static ReadingContext of(Map<String, String> environment) {
            return new ReadingContext(environment, new ArrayList<>());
        }
    }

    /** @param line where a problem with the section as a whole is said to be: that of its key */
    YamlSection(String path, Node node, int line, ReadingContext context) {
        this(path, line, context);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::take);
        } else {
            problem(line, path, "a mapping of settings is expected here");
        }
    }

    private YamlSection(String path, int line, ReadingContext context) {
        this.path = path;
        this.line = line;
        this.context = context;
    }

    private void take(NodeTuple tuple) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
            problem(lineOf(tuple.getKeyNode()), at(key), "is set twice; the first is in line " + lines.get(key));
        } else {
            lines.put(key, lineOf(tuple.getKeyNode()));
        }
    }

    /** Keys in the order of the file. */
    List<String> keys() {
        return List.copyOf(values.keySet());
    }

    int line(String key) {
        return lines.getOrDefault(key, line);
    }

    /** The section under this key; an empty one where the key is not set. */
    YamlSection section(String key) {
        known.add(key);
        Node node = values.get(key);
        return node == null || isNull(node)
                ? new YamlSection(at(key), line, context)
                : new YamlSection(at(key), node, line(key), context);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** The text under this key, with {@code ${NAME}} taken from the environment. */
    Optional<String> text(String key) {
        known.add(key);
        Node node = values.get(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            problem(line(key), at(key), "one value is expected here");
            return Optional.empty();
        }
        return Optional.of(expanded(key, scalar.getValue()));
    }

    /** The value under this key as {@code parse} reads it; a problem where it does not. */
    <T> Optional<T> value(String key, Function<String, T> parse) {
        Optional<String> text = text(key);
        try {
            return text.map(parse);
        } catch (IllegalArgumentException e) {
            problem(line(key), at(key), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Reports keys that nobody asked for. */
    void end() {
        values.keySet().stream().filter(key -> !known.contains(key)).forEach(key -> problem(line(key), at(key),
                "is not a setting; known here: " + String.join(", ", known)));
    }

    void problem(String key, String what) {
        problem(line(key), at(key), what);
    }

    private void problem(int atLine, String atPath, String what) {
        context.problems().add(new Problem(atLine, atPath, what));
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String expanded(String key, String text) {
        Matcher matcher = VARIABLE.matcher(text);
        return matcher.replaceAll(found -> {
            String value = context.environment().get(found.group(1));
            if (value == null) {
                problem(line(key), at(key), "the environment has no variable " + found.group(1));
                return "";
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().isEmpty();
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }
}
