// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds docs/errors.md to the source. A code is the string literal that is the first argument of {@code Notice.of}, and
 * it is written nowhere else.
 */
final class Errors {

    /** A row of the list: code in backticks, meaning, remedy. */
    private static final Pattern ROW = Pattern.compile("\\|\\s*`([a-z0-9.-]+)`\\s*\\|([^|]*)\\|([^|]*)\\|\\s*");

    private static final String NOTICE = "dev/muster/fault/Notice.java";

    private Errors() {}

    /** Codes of the sources that the list lacks, and codes that are not written as a literal. */
    static List<Violation> checkSources(List<SourceFile> sources, String list) {
        var found = new ArrayList<Violation>();
        var listed = listed(list);
        codes(sources, found).forEach((code, place) -> {
            if (!listed.contains(code)) {
                found.add(new Violation(place.file(), place.line(), code + " is not in docs/errors.md: add its row"));
            }
        });
        return found;
    }

    /** Rows of the list whose code no source has, and rows that say too little. */
    static List<Violation> checkList(List<SourceFile> sources, String list) {
        var found = new ArrayList<Violation>();
        var codes = codes(sources, new ArrayList<>()).keySet();
        var lines = list.lines().toList();
        Set<String> seen = new TreeSet<>();
        for (var i = 0; i < lines.size(); i++) {
            var row = ROW.matcher(lines.get(i));
            if (row.matches()) {
                var objection = objection(row.group(1), row.group(2) + row.group(3), codes, seen);
                if (!objection.isEmpty()) {
                    found.add(new Violation("docs/errors.md", i + 1, row.group(1) + objection));
                }
            }
        }
        return found;
    }

    private static String objection(String code, String text, Set<String> codes, Set<String> seen) {
        if (!codes.contains(code)) {
            return " is in no source: delete the row";
        }
        if (!seen.add(code)) {
            return " is listed twice";
        }
        return text.isBlank() ? " needs its meaning and its remedy" : "";
    }

    private static Set<String> listed(String list) {
        Set<String> codes = new TreeSet<>();
        list.lines().map(ROW::matcher).filter(row -> row.matches()).forEach(row -> codes.add(row.group(1)));
        return codes;
    }

    /** The place of each code; what is not a literal goes to {@code violations}. */
    private static Map<String, Violation> codes(List<SourceFile> sources, List<Violation> violations) {
        var codes = new TreeMap<String, Violation>();
        for (var source : sources) {
            if (!source.name().equals(NOTICE)) {
                new Scan(source, codes, violations).scan(source.unit(), null);
            }
        }
        return codes;
    }

    private static final class Scan extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final SourceFile source;
        private final Map<String, Violation> codes;
        private final List<Violation> violations;

        Scan(SourceFile source, Map<String, Violation> codes, List<Violation> violations) {
            this.source = source;
            this.codes = codes;
            this.violations = violations;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (call.getMethodSelect().toString().matches("(dev\\.muster\\.fault\\.)?Notice\\.of")) {
                if (call.getArguments().getFirst() instanceof LiteralTree code) {
                    codes.putIfAbsent(String.valueOf(code.getValue()), source.violation(call, ""));
                } else {
                    violations.add(source.violation(call, "the code must be a string literal here"));
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree creation, @Nullable Void nothing) {
            if (creation.getIdentifier().toString().matches("(dev\\.muster\\.fault\\.)?Notice")) {
                violations.add(source.violation(creation, "write Notice.of with the code as a string literal"));
            }
            return super.visitNewClass(creation, null);
        }
    }
}
