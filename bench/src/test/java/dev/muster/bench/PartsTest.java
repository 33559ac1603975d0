// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The programs of bench/parts are in no module, as each is one file that Java runs as it is: here they are compiled. */
class PartsTest {

    private static final Path PARTS = Path.of(System.getProperty("muster.module", "."), "parts");

    @Test
    void eachPartFitsTheCodeThatItMeasures(@TempDir Path classes) throws Exception {
        List<Path> sources;
        try (var files = Files.list(PARTS)) {
            sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(problems, null, null)) {
            var options = List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            compiler.getTask(null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources)).call();
        }

        assertThat(sources).hasSizeGreaterThanOrEqualTo(4);
        assertThat(problems.getDiagnostics().stream().filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString).collect(Collectors.joining("\n"))).isEmpty();
    }
}
