// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The scripts around the program: what they find, what they say, and that the start-up cache is never a stale one. */
class LauncherTest {

    private static final Path ROOT = Path.of(System.getProperty("muster.root"));
    private static final Path PROGRAM = ROOT.resolve("app/target/muster");

    @TempDir
    private Path folder;

    private record Outcome(int status, String out, String err) {}

    @Test
    void theProgramSaysItsVersionAndNothingElse() throws Exception {
        var outcome = run(Map.of(), PROGRAM.resolve("bin/muster").toString(), "--version");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).matches("muster \\d+\\.\\d+\\.\\d+\\S*\\n");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void argumentsAndTheExitStatusPassThrough() throws Exception {
        var outcome = run(Map.of(), PROGRAM.resolve("bin/muster").toString(), "two words", "*");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("'two words', '*'");
    }

    @Test
    void theProgramStartsFromAnyFolderAndThroughALink() throws Exception {
        var copy = copyOfProgram("a folder with spaces");
        Files.createSymbolicLink(folder.resolve("link"), copy.resolve("bin/muster"));
        var outcome = run(Map.of(), folder.resolve("link").toString(), "--version");
        assertThat(outcome.status()).as(outcome.err()).isZero();
    }

    @Test
    void aMissingJavaIsSaidInWords() throws Exception {
        var outcome = run(Map.of("MUSTER_JAVA", "/nowhere"), PROGRAM.resolve("bin/muster").toString(), "--version");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("MUSTER_JAVA is /nowhere", "needs Java 25 or newer", "Install one");
    }

    @Test
    void aCheckoutWithoutAJdkSaysSoBeforeItBuilds() throws Exception {
        var checkout = folder.resolve("checkout");
        Files.createDirectories(checkout.resolve("app/src/main/dist/lib"));
        Files.copy(ROOT.resolve("muster"), checkout.resolve("muster"));
        Files.copy(ROOT.resolve("app/src/main/dist/lib/find-java.sh"),
                checkout.resolve("app/src/main/dist/lib/find-java.sh"));
        var outcome = run(Map.of("MUSTER_JAVA", "/nowhere"), checkout.resolve("muster").toString(), "--version");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("needs a JDK 25 to build").doesNotContain("building");
    }

    @Test
    void aJavaIsChosenByItsVersionWithoutStartingIt() throws Exception {
        var old = java("old", "17.0.15");
        var fitting = java("fitting", "25.0.3");
        var newer = java("newer", "26");
        assertThat(find("JAVA_HOME", fitting, "java 25 999")).isEqualTo(fitting.toString());
        assertThat(find("JAVA_HOME", newer, "java 25 999")).isEqualTo(newer.toString());
        assertThat(find("MUSTER_JAVA", fitting, "java 25 999")).isEqualTo(fitting.toString());
        assertThat(find("MUSTER_JAVA", fitting.resolve("bin/java"), "java 25 999")).isEqualTo(fitting.toString());
        assertThat(find("JAVA_HOME", old, "java 25 999")).isNotEqualTo(old.toString());
        assertThat(find("MUSTER_JAVA", old, "java 25 999")).isEqualTo("none");
        assertThat(find("MUSTER_JAVA", newer, "java 25 25")).isEqualTo("none");
        assertThat(find("MUSTER_JAVA", fitting, "javac 25 25")).isEqualTo("none");
    }

    @Test
    void theStartUpCacheServesOnlyTheJarsItWasMadeFrom() throws Exception {
        var copy = copyOfProgram("program");
        assertThat(loadedFromCache(copy)).isFalse();

        var training = run(Map.of(), copy.resolve("lib/train.sh").toString());
        assertThat(training).isEqualTo(new Outcome(0, "", ""));
        assertThat(loadedFromCache(copy)).isTrue();

        var jar = files(copy.resolve("lib"), "muster-vault-*.jar").getFirst();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(loadedFromCache(copy)).isFalse();
    }

    private boolean loadedFromCache(Path program) throws Exception {
        var log = folder.resolve("classes.log");
        Files.deleteIfExists(log);
        var outcome = run(Map.of("MUSTER_JAVA_OPTS", "-Xlog:class+load:file=" + log),
                program.resolve("bin/muster").toString(), "--version");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" picocli.CommandLine source:")).findFirst().orElseThrow()
                    .contains("shared objects file");
        }
    }

    private String find(String variable, Path java, String what) throws Exception {
        var script = ". \"$1\" && find_java " + what + " 2>/dev/null || java_home=none; printf %s \"$java_home\"";
        var library = ROOT.resolve("app/src/main/dist/lib/find-java.sh").toString();
        return run(Map.of(variable, java.toString()), "sh", "-c", script, "sh", library).out();
    }

    private Path java(String name, String version) throws IOException {
        var home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.createFile(home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return home;
    }

    /** Without a cache; the jars of the servers are left out. */
    private Path copyOfProgram(String name) throws IOException {
        var copy = folder.resolve(name);
        try (var paths = Files.walk(PROGRAM)) {
            for (var path : paths.filter(path -> !path.toString().matches(".*(\\.aot|/embedded-.*\\.jar)")).toList()) {
                Files.copy(path, copy.resolve(PROGRAM.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    private static List<Path> files(Path folder, String pattern) throws IOException {
        var files = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder, pattern)) {
            stream.forEach(files::add);
        }
        return files;
    }

    private Outcome run(Map<String, String> environment, String... command) throws Exception {
        var err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        List.of("MUSTER_JAVA", "MUSTER_JAVA_OPTS", "JAVA_TOOL_OPTIONS").forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var out = process.inputReader().readAllAsString();
        return new Outcome(process.waitFor(), out, Files.readString(err));
    }
}
