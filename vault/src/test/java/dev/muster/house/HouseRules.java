// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The rules over one module: each module has a HouseTest that extends this. */
public abstract class HouseRules {

    private static final List<String> MODULES = List.of("vault", "clouds", "app", "acceptance");

    private final Path module = folder("muster.module", ".");
    private final Path root = folder("muster.root", "..");

    /** Otherwise the other rules would pass over nothing. */
    @Test
    void theModuleIsWhereItIsLookedFor() {
        assertThat(module.resolve("pom.xml")).exists();
        assertThat(root.resolve("pom.xml")).exists();
        assertThat(SourceFile.below(module.resolve("src/test/java"))).isNotEmpty();
        if (!mainSources().isEmpty()) {
            assertThat(Layers.imports(module.resolve("target/classes"))).isNotEmpty();
        }
    }

    @Test
    void mainSourcesAreTidy() {
        assertNone(Tidy.checkMain(mainSources()));
    }

    @Test
    void testSourcesAreTidy() {
        assertNone(Tidy.checkTests(SourceFile.below(module.resolve("src/test/java"))));
    }

    @Test
    void importsPointDown() {
        assertNone(Layers.check(module.resolve("target/classes"), Rings.MUSTER));
    }

    @Test
    void everyErrorCodeIsListed() throws Exception {
        assertNone(Errors.checkSources(mainSources(), errorList()));
    }

    /** Every row of docs/errors.md has a source; for the one module that looks at the whole repository. */
    protected final void assertErrorListIsCurrent() throws Exception {
        var sources = new ArrayList<SourceFile>();
        MODULES.forEach(name -> sources.addAll(SourceFile.below(root.resolve(name).resolve("src/main/java"))));
        assertThat(sources).isNotEmpty();
        assertNone(Errors.checkList(sources, errorList()));
    }

    /** No text belongs to one machine; for the one module that looks at the whole repository. */
    protected final void assertNothingLeaks() {
        assertNone(Leaks.check(root));
    }

    private List<SourceFile> mainSources() {
        return SourceFile.below(module.resolve("src/main/java"));
    }

    private String errorList() throws Exception {
        return Files.readString(root.resolve("docs/errors.md"));
    }

    private static Path folder(String property, String otherwise) {
        return Path.of(System.getProperty(property, otherwise)).toAbsolutePath().normalize();
    }

    private static void assertNone(List<Violation> violations) {
        assertThat(violations).withFailMessage(() -> violations.size() + " violations of the house rules:\n"
                + violations.stream().map(Violation::toString).collect(Collectors.joining("\n"))).isEmpty();
    }
}
