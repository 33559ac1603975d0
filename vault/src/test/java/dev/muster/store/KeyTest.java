// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "data/ab/0123", "wal/0a/00-11_x.y", "a.b/c-", "a/b/c/d/e/f/g"})
    void aKeyOfSegmentsIsTaken(String value) {
        assertThat(Key.of(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", ".tmp/x", "-a", "_a", "A", "aB",
            "MUSTER-STORE", "a b", "a\\b", "a:b", "a\u0000", "\u00e4", "a\n", "a%20", "a+b", "a/.b", "lost+found"})
    void anythingElseIsRefused(String value) {
        assertThatThrownBy(() -> Key.of(value)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a key");
    }

    @Test
    void aKeyHasALargestLength() {
        var longest = "a".repeat(255) + "/" + "b".repeat(255) + "/";

        assertThat(Key.of("a".repeat(255) + "/" + "b".repeat(255)).value()).hasSize(511);
        for (var tooLong : List.of(longest + "cc", "a".repeat(256), "x/" + "a".repeat(256))) {
            assertThatThrownBy(() -> Key.of(tooLong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void keysAreOrderedByTheirCharacters() {
        assertThat(List.of(Key.of("a/b"), Key.of("a.b"), Key.of("a"), Key.of("a-b"), Key.of("ab")).stream().sorted())
                .extracting(Key::value).containsExactly("a", "a-b", "a.b", "a/b", "ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "data/", "data/a", "data/ab/00-"})
    void theBeginningOfAKeyIsAPrefix(String value) {
        assertThat(Prefix.of(value)).hasToString(value);
        assertThat(Prefix.of(value).covers(Key.of(value.isEmpty() || value.endsWith("/") ? value + "x" : value)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "a//", ".", "a/.", "A", "../", "-"})
    void whatNoKeyBeginsWithIsNoPrefix(String value) {
        assertThatThrownBy(() -> Prefix.of(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPrefixCoversTheKeysThatBeginWithIt() {
        assertThat(Prefix.of("data/a").covers(Key.of("data/ab/1"))).isTrue();
        assertThat(Prefix.of("data/a").covers(Key.of("data/b"))).isFalse();
        assertThat(Prefix.of("data/").covers(Key.of("data"))).isFalse();
        assertThat(Prefix.everything().covers(Key.of("z"))).isTrue();
    }
}
