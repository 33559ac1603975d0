// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TidyTest {

    private static final String HEAD = Texts.LICENCE_LINE + "\npackage dev.muster.vault;\n";

    @Test
    void aTidySourceHasNoViolations() {
        assertThat(main("""
                record Size(long bytes, int a, int b, int c, int d, int e, int f) {
                    // A comment may say: why this is so.
                    long plus(long more) {
                        return bytes + more;
                    }
                }
                """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "System.currentTimeMillis()", "System.nanoTime()", "java.lang.System.nanoTime()", "System.getenv(\"A\")",
            "System.getenv()", "System.getProperty(\"a\")", "java.time.Instant.now()", "LocalDate.now()",
            "LocalDateTime.now(zone)", "Clock.systemUTC()", "InstantSource.system()", "new Random()",
            "new java.util.Random(3)", "new SecureRandom()", "SecureRandom.getInstanceStrong()", "Math.random()",
            "UUID.randomUUID()", "ThreadLocalRandom.current()", "System.out", "java.lang.System.err",
            "Executors.newCachedThreadPool()", "Thread.ofVirtual()", "new Thread(work)", "ZoneId.systemDefault()",
            "CompletableFuture.runAsync(work)", "call(System::nanoTime)", "call(java.time.Instant::now)",
            "call(SecureRandom::new)"})
    void whatATestCouldNotControlIsBannedInMain(String expression) {
        assertThat(main("class Clockwork { Object o = " + expression + "; }")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Thread.sleep(5)", "TimeUnit.SECONDS.sleep(5)", "problem.printStackTrace()",
            "cause().printStackTrace()", "LockSupport.parkNanos(7)", "System.exit(1)"})
    void callsThatGoPastTheProjectsOwnPartsAreBannedInMain(String statement) {
        assertThat(main("class Clockwork { void run() { " + statement + "; } }")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clock.instant()", "nanoTime.getAsLong()", "environment.get(\"A\")", "now()",
            "new Clock()", "system.out()", "Duration.ofMillis(3)", "Thread.currentThread()"})
    void whatIsHandedInMayBeUsed(String expression) {
        assertThat(main("class Clockwork { Object o = " + expression + "; }")).isEmpty();
    }

    @Test
    void aStaticImportDoesNotHideABannedCall() {
        assertThat(main("import static java.lang.System.nanoTime; class Clockwork { }")).hasSize(1);
    }

    @Test
    void theMessageNamesTheReplacementAndThePlace() {
        assertThat(main("class Clockwork {\n    long now = System.nanoTime();\n}")).singleElement()
                .hasToString("dev/muster/vault/Seeded.java:4: System.nanoTime: take a LongSupplier named nanoTime");
    }

    @Test
    void onlyTheEntryPointsReadWhatIsAmbient() {
        var body = "class Main { Object o = System.getenv(); Object p = System.out; }";
        assertThat(Tidy.checkMain(parse("dev/muster/Main.java", head("dev.muster") + body)))
                .extracting(Violation::text)
                .noneMatch(text -> text.startsWith("System."));
        assertThat(Tidy.checkMain(parse("dev/muster/cli/Main.java", head("dev.muster.cli") + body)))
                .extracting(Violation::text)
                .filteredOn(text -> text.startsWith("System."))
                .hasSize(2);
    }

    @Test
    void testsDoNotSleepNorMockNorDrawUnseeded() {
        assertThat(tests("class A { void a() { Thread.sleep(3); } }")).hasSize(1);
        assertThat(tests("class A { Object o = new Random(); }")).hasSize(1);
        assertThat(tests("class A { Object o = new Random(42); long now = System.nanoTime(); }")).isEmpty();
        assertThat(tests("import org.mockito." + "Mockito; class A { }")).hasSize(1);
    }

    @Test
    void longMethodsAndFilesAreFound() {
        assertThat(main("class Long { void run() {\n" + "int a;\n".repeat(58) + "} }")).isEmpty();
        assertThat(main("class Long { void run() {\n" + "int a;\n".repeat(59) + "} }")).singleElement()
                .asString()
                .contains("run has 61 lines, at most 60");
        assertThat(main("class Long { }\n" + "\n".repeat(498))).singleElement().asString().contains("501 lines");
    }

    @Test
    void aModuleOfLongishMethodsIsFound() {
        assertThat(Shapes.checkPercentile(methodsOfLines(18, 40))).isEmpty();
        assertThat(Shapes.checkPercentile(methodsOfLines(19, 40))).hasSize(1);
        assertThat(Shapes.checkPercentile(methodsOfLines(19, 20))).isEmpty();
    }

    @Test
    void manyConstructorParametersAreFoundExceptInRecords() {
        var seven = "(int a, int b, int c, int d, int e, int f, int g)";
        assertThat(main("class Many { Many" + seven + " { } }")).singleElement().asString().contains("take a record");
        assertThat(main("class Six { Six(int a, int b, int c, int d, int e, int f) { } }")).isEmpty();
        assertThat(main("record Many" + seven + " { class In { In" + seven + " { } } }")).hasSize(1);
    }

    @Test
    void deepBranchesAreFound() {
        assertThat(main("class Deep { void f() { for (;;) { if (a) { while (b) { g(); } } } } }")).isEmpty();
        assertThat(main("class Deep { void f() { for (;;) { if (a) { while (b) { if (c) { g(); } } } } } }"))
                .singleElement()
                .asString()
                .contains("nest deeper than 3");
        assertThat(main("class Flat { void f() { if (a) { } else if (b) { } else if (c) { } else if (d) { } } }"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BackupManager", "BackupService", "PathHelper", "StringUtils", "VaultImpl",
            "WalProcessor", "AbstractStore", "BaseStore", "IStore", "RestoreServiceClient"})
    void namesThatSayHowAThingIsBuiltAreFound(String name) {
        assertThat(main("class " + name + " { }")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BaseBackup", "BaseBackupPlan", "Implication", "Database", "IdToken", "Basement"})
    void namesOfTheTradePass(String name) {
        assertThat(main("class " + name + " { }")).isEmpty();
    }

    @Test
    void unfinishedWorkAndDeadCodeAreFound() {
        assertThat(main("class A { } // TO" + "DO later")).hasSize(1);
        assertThat(main("/* FIX" + "ME */ class A { }")).hasSize(1);
        assertThat(main("class A {\n    // int a = 3;\n}")).singleElement().asString().contains("looks like code");
    }

    @Test
    void aMissingLicenceLineIsFound() {
        assertThat(Tidy.checkTests(parse("dev/muster/vault/A.java", "package dev.muster.vault;\nclass A { }\n")))
                .singleElement()
                .asString()
                .contains("SPDX");
    }

    @Test
    void aPackageWithoutADescriptionIsFound() {
        var code = parse("dev/muster/vault/A.java", HEAD + "class A { }\n");
        assertThat(Tidy.checkMain(code)).singleElement().asString().contains("has no package-info.java");

        var bare = parse("dev/muster/vault/package-info.java", HEAD);
        assertThat(Tidy.checkMain(bare)).extracting(Violation::text)
                .hasSize(2)
                .anyMatch(text -> text.contains("@NullMarked"))
                .anyMatch(text -> text.contains("description"));
    }

    private static List<Violation> main(String body) {
        return Tidy.checkMain(SourceFile.parse(new TreeMap<>(Map.of(
                "dev/muster/vault/Seeded.java", HEAD + body,
                "dev/muster/vault/package-info.java",
                Texts.LICENCE_LINE + "\n/** Blocks. */\n@NullMarked package dev.muster.vault;"))));
    }

    private static List<Violation> tests(String body) {
        return Tidy.checkTests(parse("dev/muster/vault/Seeded.java", HEAD + body));
    }

    private static List<SourceFile> parse(String name, String text) {
        return SourceFile.parse(Map.of(name, text));
    }

    private static String head(String name) {
        return Texts.LICENCE_LINE + "\npackage " + name + ";\n";
    }

    private static List<SourceFile> methodsOfLines(int lines, int methods) {
        var body = IntStream.range(0, methods)
                .mapToObj(number -> "void m" + number + "() {\n" + "int a;\n".repeat(lines - 2) + "}\n")
                .collect(Collectors.joining());
        return parse("dev/muster/vault/Seeded.java", HEAD + "class Many {\n" + body + "}\n");
    }
}
