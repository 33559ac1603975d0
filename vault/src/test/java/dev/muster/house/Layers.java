// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads which packages import which from class files, and judges them by {@link Rings}. A constant that the compiler
 * copied into its user leaves no trace in class files: such an import is not seen.
 */
final class Layers {

    /** Types inside descriptors and signatures: {@code Ldev/muster/work/Scope;}. */
    private static final Pattern TYPE = Pattern.compile("L(dev/muster/[\\w/$]+)[;<]");
    private static final String ROOT = "dev/muster/";

    private Layers() {}

    static List<Violation> check(Path classes, Rings rings) {
        return check(imports(classes), rings);
    }

    /** Judges imports given as package to imported packages. */
    static List<Violation> check(Map<String, Set<String>> imports, Rings rings) {
        var found = new ArrayList<Violation>();
        imports.keySet().stream().filter(name -> rings.ringOf(name) < 0).forEach(name -> found.add(
                new Violation("package " + full(name), 0, "has no ring: give it one in Rings")));
        imports.forEach((from, all) -> all.forEach(to -> {
            var objection = rings.objection(from, to);
            if (!objection.isEmpty()) {
                found.add(new Violation("package " + full(from), 0, "imports " + full(to) + ": " + objection));
            }
        }));
        var cycle = cycle(imports);
        if (!cycle.isEmpty()) {
            found.add(new Violation("package " + full(cycle.getFirst()), 0,
                    "is part of a cycle: " + String.join(" -> ", cycle.stream().map(Layers::full).toList())));
        }
        return found;
    }

    /** The imports of all classes below the folder, by importing package. Packages are named as in {@link Rings}. */
    static Map<String, Set<String>> imports(Path classes) {
        var imports = new TreeMap<String, Set<String>>();
        if (!Files.isDirectory(classes)) {
            return imports;
        }
        try (var paths = Files.walk(classes)) {
            for (var path : paths.filter(path -> path.toString().endsWith(".class")).toList()) {
                read(ClassFile.of().parse(path), imports);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return imports;
    }

    private static void read(ClassModel model, Map<String, Set<String>> imports) {
        var name = model.thisClass().asInternalName();
        if (!name.startsWith(ROOT)) {
            return;
        }
        var from = packageOf(name);
        var all = imports.computeIfAbsent(from, _ -> new TreeSet<>());
        typesNamedBy(model).map(Layers::packageOf).filter(to -> !to.equals(from)).forEach(all::add);
    }

    private static Stream<String> typesNamedBy(ClassModel model) {
        var types = new HashSet<String>();
        var texts = new HashSet<Utf8Entry>();
        for (var entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> types.add(type.asInternalName().replaceFirst("^\\[+L|;$", ""));
                case StringEntry text -> texts.add(text.utf8());
                default -> {}
            }
        }
        for (var entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text && !texts.contains(text)) {
                TYPE.matcher(text.stringValue()).results().forEach(match -> types.add(match.group(1)));
            }
        }
        return types.stream().filter(type -> type.startsWith(ROOT));
    }

    /** dev/muster/postgres/wire/Client is in postgres.wire, dev/muster/Main in the empty name. */
    private static String packageOf(String type) {
        var slash = type.lastIndexOf('/');
        return slash < ROOT.length() ? "" : type.substring(ROOT.length(), slash).replace('/', '.');
    }

    private static String full(String name) {
        return name.isEmpty() ? "dev.muster" : "dev.muster." + name;
    }

    /** One cycle of imports, its first package repeated at its end; empty if there is none. */
    private static List<String> cycle(Map<String, Set<String>> imports) {
        var finished = new HashSet<String>();
        for (var start : imports.keySet()) {
            var cycle = cycleFrom(start, imports, new ArrayList<>(), finished);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        return List.of();
    }

    private static List<String> cycleFrom(String name, Map<String, Set<String>> imports,
            List<String> path, Set<String> finished) {
        if (path.contains(name)) {
            return Stream.concat(path.stream().skip(path.indexOf(name)), Stream.of(name)).toList();
        }
        if (!finished.add(name)) {
            return List.of();
        }
        path.add(name);
        var next = imports.get(name);
        for (var to : next == null ? Set.<String>of() : next) {
            var cycle = cycleFrom(to, imports, path, finished);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        path.removeLast();
        return List.of();
    }
}
