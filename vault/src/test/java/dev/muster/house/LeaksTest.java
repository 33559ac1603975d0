// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LeaksTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "cd /ho" + "me/anna/muster", "see /wo" + "rk/notes.md", "\"/ro" + "ot/.m2\"", "(/Us" + "ers/anna/x)",
            "https://repo.mav" + "en.apache.org/maven2", "repo1.mav" + "en.org", "registry.npm" + "js.org",
            "https://py" + "pi.org/simple", "http://nex" + "us.corp:8081/x", "https://host/artifac" + "tory/api/x",
            "pip install --index" + "-url x"})
    void whatBelongsToOneMachineIsFound(String text) {
        assertThat(Leaks.check("README.md", "first\n" + text)).singleElement().asString().startsWith("README.md:2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vault/src/main/java/dev/muster/work/Scope.java", "${HOME}/work/x",
            "https://a.example/work/x",
            "/var/lib/postgresql/data", "/usr/lib/jvm", "http://maven.apache.org/xsd/maven-4.0.0.xsd", "~/work/x"})
    void whatMeansTheSameEverywherePasses(String text) {
        assertThat(Leaks.check("README.md", text)).isEmpty();
    }

    @Test
    void anArchiveWithoutGitIsReadExceptForWhatIsBuilt(@TempDir Path root) throws Exception {
        var leak = "cd /ho" + "me/anna";
        Files.createDirectories(root.resolve("docs"));
        Files.createDirectories(root.resolve("vault/target"));
        Files.writeString(root.resolve("docs/a.md"), leak);
        Files.writeString(root.resolve("vault/target/b.txt"), leak);
        Files.write(root.resolve("docs/c.bin"), new byte[]{(byte) 0xff, (byte) 0xfe, 0, 1});

        assertThat(Leaks.check(root)).extracting(Violation::file).containsExactly("docs/a.md");
    }

    @Test
    void whatGitDoesNotTrackIsPassedOver(@TempDir Path root) throws Exception {
        git(root, "init", "-q");
        Files.writeString(root.resolve("tracked.md"), "cd /ho" + "me/anna");
        Files.writeString(root.resolve("local.md"), "cd /ho" + "me/anna");
        git(root, "add", "tracked.md");

        assertThat(Leaks.check(root)).extracting(Violation::file).containsExactly("tracked.md");
    }

    private static void git(Path folder, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).directory(folder.toFile()).start().waitFor()).isZero();
    }
}
