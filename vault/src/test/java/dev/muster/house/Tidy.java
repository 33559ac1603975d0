// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.ArrayList;
import java.util.List;

/** All style rules over the sources of one module. */
final class Tidy {

    private Tidy() {}

    static List<Violation> checkMain(List<SourceFile> sources) {
        var found = checkEach(sources, Ban.IN_MAIN);
        found.addAll(Shapes.checkPercentile(sources));
        found.addAll(Texts.checkPackages(sources));
        return found;
    }

    static List<Violation> checkTests(List<SourceFile> sources) {
        return checkEach(sources, Ban.IN_TESTS);
    }

    private static List<Violation> checkEach(List<SourceFile> sources, List<Ban> bans) {
        var found = new ArrayList<Violation>();
        for (var source : sources) {
            found.addAll(Texts.check(source));
            found.addAll(Shapes.check(source));
            found.addAll(Names.check(source));
            found.addAll(Calls.check(source, bans));
        }
        return found;
    }
}
