// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A cluster's directory is named so that the server takes it for the one that the kernel does. */
class ClusterTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatLiesAboveALinkIsAboveWhatItLeadsTo() throws IOException {
        var real = Files.createDirectories(directory.resolve("real/data")).toRealPath();
        Files.writeString(real.resolve("PG_VERSION"), "18\n");
        Files.createDirectory(real.resolveSibling("sub"));
        Files.createSymbolicLink(directory.resolve("link"), real.resolveSibling("sub"));

        assertThat(Cluster.at(directory.resolve("link/../data"))).isEqualTo(new Cluster(real, 18));
    }

    @Test
    void aDirectoryThatIsBehindALinkKeepsItsName() throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve("real")).resolve("PG_VERSION"), "17\n");
        var link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));

        assertThat(Cluster.at(link).dataDirectory()).isEqualTo(link);
    }
}
