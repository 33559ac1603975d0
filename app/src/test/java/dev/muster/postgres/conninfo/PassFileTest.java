// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PassFileTest {

    private static final String LINES = """
            # host:port:database:user:password
            db1:5432:shop:ann:first
            db1:*:shop:ann:second
            *:5432:*:bob:any\\:place\\\\
            a\\:\\:1:5432:shop:eve:escaped
            localhost:5432:shop:ann:local
            /srv/pg:5432:shop:ann:directory
            10.0.0.9:5432:shop:ann:address
            db2:5432:replication:ann:physical
            db3:5432:shop:ann:
            db3:5432:shop:ann:after-empty
            db*:5432:shop:ann:no-pattern
            """;

    @TempDir
    private Path home;

    private Optional<String> password(String conninfo, boolean replication) {
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.of(home), "ann")).resolve(conninfo);
        return settings.login().passwordFor(settings.hosts().getFirst(), replication).map(Secret::value);
    }

    private Path file(String text, String permissions) throws IOException {
        var file = home.resolve(".pgpass");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {"host=db1 dbname=shop | first",
            "host=db1 dbname=shop port=6432 | second", "host=db1 dbname=other | -",
            "host=db9 dbname=any user=bob | any:place\\", "host=db9 port=1 user=bob | -",
            "host=a::1 dbname=shop user=eve | escaped", "dbname=shop | local", "host=/tmp dbname=shop | local",
            "host=/var/run/postgresql dbname=shop | local", "host=/srv/pg dbname=shop | directory",
            "hostaddr=10.0.0.9 dbname=shop | address", "host=db1 hostaddr=10.0.0.9 dbname=shop | first",
            "host=db3 dbname=shop | after-empty", "host=dbx dbname=shop | -",
            "host=db1 dbname=shop password=given | given"})
    void theFirstLineThatFitsCounts(String conninfo, String expected) throws IOException {
        var file = file(LINES, "rw-------");

        assertThat(password(conninfo, false)).isEqualTo(Optional.ofNullable(expected));
        assertThat(new PassFile(file).whyIgnored()).isEmpty();
    }

    @Test
    void theReplicationDatabaseServesPhysicalReplicationOnly() throws IOException {
        file(LINES, "rw-------");

        assertThat(password("host=db2 dbname=shop", true)).contains("physical");
        assertThat(password("host=db2 dbname=shop", false)).isEmpty();
        assertThat(password("host=db1 dbname=shop", true)).contains("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
    void aFileThatOthersCanOpenIsIgnoredAndSaysWhy(String permissions) throws IOException {
        var file = file(LINES, permissions);

        assertThat(password("host=db1 dbname=shop", false)).isEmpty();
        assertThat(new PassFile(file).whyIgnored()).hasValueSatisfying(why -> assertThat(why).contains("chmod 600"));
    }

    @Test
    void aDirectoryIsNotAPasswordFile() throws IOException {
        var directory = Files.createDirectory(home.resolve(".pgpass"));

        assertThat(password("host=db1 dbname=shop", false)).isEmpty();
        assertThat(new PassFile(directory).whyIgnored()).isPresent();
        assertThat(new PassFile(home.resolve("nowhere")).whyIgnored()).isEmpty();
    }

    @Test
    void theFileIsReadAnewEachTime() throws IOException {
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.of(home), "ann")).resolve("host=db1");
        var host = settings.hosts().getFirst();

        assertThat(settings.login().passwordFor(host, false)).isEmpty();
        file("*:*:*:*:one\n", "rw-------");
        assertThat(settings.login().passwordFor(host, false)).contains(new Secret("one"));
        file("*:*:*:*:two\r\n", "rw-------");
        assertThat(settings.login().passwordFor(host, false)).contains(new Secret("two"));
    }
}
