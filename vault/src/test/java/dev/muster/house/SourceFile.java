// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * One Java source as the compiler parsed it, without types.
 *
 * @param name its path below the source folder: dev/muster/Main.java
 */
record SourceFile(String name, String text, CompilationUnitTree unit, SourcePositions positions) {

    /** Every Java source below the folder; none if the folder does not exist. */
    static List<SourceFile> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var paths = Files.walk(folder)) {
            var texts = new TreeMap<String, String>();
            for (var path : paths.filter(path -> path.toString().endsWith(".java")).toList()) {
                texts.put(folder.relativize(path).toString().replace('\\', '/'), Files.readString(path));
            }
            return parse(texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses texts by name, in the order of the map. */
    static List<SourceFile> parse(Map<String, String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> files = new ArrayList<>();
        texts.forEach((name, text) -> files.add(new Text(name, text)));
        var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, files);
        var positions = Trees.instance(task).getSourcePositions();
        var parsed = new ArrayList<SourceFile>();
        try {
            for (var unit : task.parse()) {
                var name = unit.getSourceFile().toUri().getPath().substring(1);
                parsed.add(new SourceFile(name, Objects.requireNonNull(texts.get(name)), unit, positions));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parsed;
    }

    long firstLine(Tree tree) {
        return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
    }

    long lastLine(Tree tree) {
        return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
    }

    /** How many lines the tree covers. */
    long lines(Tree tree) {
        return lastLine(tree) - firstLine(tree) + 1;
    }

    Violation violation(Tree tree, String what) {
        return new Violation(name, firstLine(tree), what);
    }

    private static final class Text extends SimpleJavaFileObject {

        private final String text;

        Text(String name, String text) {
            super(URI.create("string:///" + name), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
