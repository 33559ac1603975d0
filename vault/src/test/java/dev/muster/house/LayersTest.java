// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LayersTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
            "vault, store", "vault.pack, fault", "postgres.base, vault", "postgres.base, postgres.wire", "cli, drill",
            "drill, runbook", "postgres.wire, work", "'', store.s3", "vault.rescue, store.file",
            "postgres.wire.tls, postgres.conninfo", "postgres.wire, postgres", "store.s3, store", "store.file, work",
            "store.s3.parts, store.s3"})
    void anImportThatPointsDownOrIsListedPasses(String from, String to) {
        assertThat(Rings.MUSTER.objection(from, to)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
            "store, vault, the import points up",
            "vault, postgres.wire, the import points up",
            "cli, '', the import points up",
            "runbook, drill, the import points sideways",
            "cli, api, the import points sideways",
            "fault, work, the import points sideways",
            "postgres.wal, store, postgres.wal may not see store",
            "postgres.wire, vault, postgres.wire may not see vault",
            "postgres.wire.tls, postgres.base, postgres.wire.tls may not see postgres",
            "postgres.server, postgres.wire, postgres.server may not see postgres",
            "vault, store.memory, only the wiring names a driver",
            "cli, store.s3, only the wiring names a driver",
            "store.file, store.memory, only the wiring names a driver",
            "rabbits, work, the table in Rings does not know rabbits"})
    void anyOtherImportIsAViolation(String from, String to, String objection) {
        assertThat(Rings.MUSTER.objection(from, to)).startsWith(objection);
    }

    @Test
    void aPackageWithoutARingIsFound() {
        assertThat(Layers.check(Map.of("rabbits", Set.of()), Rings.MUSTER)).singleElement()
                .hasToString("package dev.muster.rabbits: has no ring: give it one in Rings");
    }

    @Test
    void cyclesBetweenPackagesAreFound() {
        var imports = Map.of("vault", Set.of("vault.pack"), "vault.pack", Set.of("vault.index"), "vault.index",
                Set.of("vault"));
        assertThat(Layers.check(imports, Rings.MUSTER)).singleElement()
                .asString()
                .contains("is part of a cycle")
                .contains("dev.muster.vault.pack -> dev.muster.vault.index");
    }

    @Test
    void sharedImportsAreNoCycle() {
        var imports = Map.of("vault", Set.of("vault.pack", "vault.index", "store"), "vault.pack", Set.of("store"),
                "vault.index", Set.of("vault.pack", "store"));
        assertThat(Layers.check(imports, Rings.MUSTER)).isEmpty();
    }

    @Test
    void classFilesGiveAwayEveryKindOfUse() throws Exception {
        compile(Map.of(
                "dev/muster/vault/Vault.java", "package dev.muster.vault; public class Vault { }",
                "dev/muster/vault/Mark.java", "package dev.muster.vault; public @interface Mark { }",
                "dev/muster/ledger/Ledger.java", "package dev.muster.ledger; public class Ledger { }",
                "dev/muster/cli/Status.java", "package dev.muster.cli; public class Status { }",
                "dev/muster/Main.java",
                "package dev.muster; class Main { dev.muster.cli.Status[] all; }",
                "dev/muster/postgres/Annotated.java",
                "package dev.muster.postgres; @dev.muster.vault.Mark class Annotated { }",
                "dev/muster/store/Upward.java",
                "package dev.muster.store; class Upward { Object o = new dev.muster.vault.Vault(); }",
                "dev/muster/source/Generic.java",
                "package dev.muster.source; class Generic { java.util.List<dev.muster.ledger.Ledger> all; "
                        + "String text = \"Ldev/muster/cli/Status;\"; }"));

        assertThat(Layers.imports(folder)).containsExactlyInAnyOrderEntriesOf(Map.of(
                "vault", Set.of(), "ledger", Set.of(), "cli", Set.of(), "", Set.of("cli"),
                "postgres", Set.of("vault"), "store", Set.of("vault"), "source", Set.of("ledger")));
        assertThat(Layers.check(folder, Rings.MUSTER)).extracting(Violation::toString)
                .containsExactlyInAnyOrder(
                        "package dev.muster.store: imports dev.muster.vault: the import points up, from ring 0 to ring 1",
                        "package dev.muster.source: imports dev.muster.ledger: "
                                + "the import points sideways and the table in Rings does not list it");
    }

    private void compile(Map<String, String> texts) throws Exception {
        var arguments = new ArrayList<>(List.of("-d", folder.toString(), "-proc:none"));
        for (var entry : texts.entrySet()) {
            var path = folder.resolve("src").resolve(entry.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, entry.getValue());
            arguments.add(path.toString());
        }
        var status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(status).isZero();
    }
}
