// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ErrorsTest {

    private static final String LIST = """
            | Code | Meaning | Remedy |
            | --- | --- | --- |
            | `store.not-found` | There is no such object | Look for it. |
            """;

    @Test
    void aListedCodePasses() {
        var sources = notice("Notice.of(\"store.not-found\", what, key, remedy).damage()");
        assertThat(Errors.checkSources(sources, LIST)).isEmpty();
        assertThat(Errors.checkList(sources, LIST)).isEmpty();
    }

    @Test
    void aCodeThatIsNotListedIsFound() {
        assertThat(Errors.checkSources(notice("Notice.of(\"store.denied\", a, b, c)"), LIST)).singleElement()
                .asString()
                .contains("store.denied is not in docs/errors.md");
    }

    @Test
    void aRowWithoutACodeIsFound() {
        assertThat(Errors.checkList(notice("null"), LIST)).singleElement()
                .hasToString("docs/errors.md:3: store.not-found is in no source: delete the row");
    }

    @Test
    void anEmptyOrRepeatedRowIsFound() {
        var sources = notice("Notice.of(\"store.not-found\", a, b, c)");
        assertThat(Errors.checkList(sources, "| `store.not-found` | | |")).hasSize(1);
        assertThat(Errors.checkList(sources, LIST + "| `store.not-found` | a | b |")).singleElement()
                .asString()
                .contains("listed twice");
    }

    @Test
    void aCodeThatCannotBeReadOffTheSourceIsFound() {
        assertThat(Errors.checkSources(notice("Notice.of(code, a, b, c)"), LIST)).hasSize(1);
        assertThat(Errors.checkSources(notice("new Notice(\"store.not-found\", a, b, c, d, e, f)"), LIST)).hasSize(1);
    }

    private static List<SourceFile> notice(String expression) {
        return SourceFile.parse(Map.of("dev/muster/store/StoreFault.java",
                "package dev.muster.store; class StoreFault { Object o = " + expression + "; }"));
    }
}
