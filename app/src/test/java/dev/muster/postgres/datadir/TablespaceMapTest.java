// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TablespaceMapTest {

    @Test
    void pathsOfAllCharactersComeBack() {
        var locations = new TreeMap<Long, String>();
        locations.put(16_385L, "/srv/plain");
        locations.put(16_386L, "/srv/with space, \\backslash\\ and\nnew line\r");
        locations.put(4_294_967_295L, "/srv/caf\u00e9");

        var bytes = new TablespaceMap(locations).bytes();

        assertThat(TablespaceMap.parse(bytes).locations()).isEqualTo(locations);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("16385 /srv/plain\n")
                .contains("\\\\backslash\\\\ and\\\nnew line\\\r\n");
    }

    @Test
    void noTablespacesAreNoBytes() {
        assertThat(TablespaceMap.empty().bytes()).isEmpty();
        assertThat(TablespaceMap.parse(new byte[0])).isEqualTo(TablespaceMap.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"16385\n", "x /srv\n", " /srv\n", "16385 /srv", "16385 /a\n16385 /b\n", "\n",
            "99999999999 /srv\n"})
    void linesOfAnotherFormAreRefused(String text) {
        assertThatThrownBy(() -> TablespaceMap.parse(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DataDirectoryFault.Damaged.class);
    }
}
