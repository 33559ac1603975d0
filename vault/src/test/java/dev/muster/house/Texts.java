// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a source says besides code: its licence line, its package's description, notes about unfinished work. */
final class Texts {

    static final String LICENCE_LINE = "// SPDX-License-Identifier: Apache-2.0";

    // Put together here, so that this source does not contain what it forbids.
    private static final Pattern UNFINISHED = Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)\\b");
    private static final Pattern DEAD_CODE = Pattern.compile("\\s*//(?!\\s*(SPDX|@formatter)).*[;{}]\\s*");

    private Texts() {}

    static List<Violation> check(SourceFile source) {
        var found = new ArrayList<Violation>();
        var lines = source.text().lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(LICENCE_LINE)) {
            found.add(new Violation(source.name(), 1, "the first line must be: " + LICENCE_LINE));
        }
        for (var i = 0; i < lines.size(); i++) {
            if (UNFINISHED.matcher(lines.get(i)).find()) {
                found.add(new Violation(source.name(), i + 1, "unfinished work: finish it, or write down why not"));
            }
            if (DEAD_CODE.matcher(lines.get(i)).matches()) {
                found.add(new Violation(source.name(), i + 1, "a comment that looks like code: delete it"));
            }
        }
        return found;
    }

    /** Every package of main sources describes itself and is null-marked. */
    static List<Violation> checkPackages(List<SourceFile> sources) {
        Set<String> folders = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        var found = new ArrayList<Violation>();
        for (var source : sources) {
            var folder = source.name().substring(0, source.name().lastIndexOf('/') + 1);
            folders.add(folder);
            if (source.name().equals(folder + "package-info.java")) {
                described.add(folder);
                found.addAll(checkPackageInfo(source));
            }
        }
        folders.removeAll(described);
        folders.forEach(folder -> found.add(new Violation(folder, 0,
                "has no package-info.java: one noun, a glossary of its nouns, its invariants, @NullMarked")));
        return found;
    }

    private static List<Violation> checkPackageInfo(SourceFile source) {
        var found = new ArrayList<Violation>();
        if (!source.text().contains("@NullMarked")) {
            found.add(new Violation(source.name(), 0, "lacks @NullMarked"));
        }
        if (!source.text().contains("/**")) {
            found.add(new Violation(source.name(), 0, "lacks a description of its nouns and invariants"));
        }
        return found;
    }
}
