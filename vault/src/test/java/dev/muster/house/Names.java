// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Type names: a thing is called what a DBA calls it. */
final class Names {

    private static final Set<String> WORDS = Set.of("Manager", "Service", "Helper", "Helpers", "Util", "Utils", "Impl",
            "Processor");

    private static final Pattern PREFIX = Pattern.compile("(Abstract|Base|I)[A-Z][a-z].*");

    /** Words of the trade and of others, which only look like the banned ones. */
    private static final Set<String> ALLOWED = Set.of("BaseBackup", "ServiceFile");

    private static final Pattern WORD_BOUNDARY = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private Names() {}

    static List<Violation> check(SourceFile source) {
        var found = new ArrayList<Violation>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
                var name = type.getSimpleName().toString();
                if (isBanned(name)) {
                    found.add(source.violation(type,
                            "the name " + name + " says how it is built: say what it is or what it does"));
                }
                return super.visitClass(type, null);
            }
        }.scan(source.unit(), null);
        return found;
    }

    private static boolean isBanned(String name) {
        if (ALLOWED.stream().anyMatch(name::startsWith)) {
            return false;
        }
        return PREFIX.matcher(name).matches() || WORD_BOUNDARY.splitAsStream(name).anyMatch(WORDS::contains);
    }
}
