// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.datadir;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RelationFileTest {

    @ParameterizedTest
    @CsvSource({"base/5/16384,1663,5,16384,MAIN,0", "base/5/16384.12,1663,5,16384,MAIN,12",
            "base/5/16384_fsm,1663,5,16384,FSM,0", "base/5/16384_vm.1,1663,5,16384,VM,1",
            "base/5/4294967295_init,1663,5,4294967295,INIT,0", "global/1262,1664,0,1262,MAIN,0",
            "pg_tblspc/16390/PG_15_202209061/5/16391.2,16390,5,16391,MAIN,2"})
    void aNameSaysWhichRelationItIs(String path, long tablespace, long database, long fileNode, RelationFile.Fork fork,
            int segment) {
        assertThat(RelationFile.parse(path))
                .contains(new RelationFile(tablespace, database, fileNode, fork, segment));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PG_VERSION", "base/5/PG_VERSION", "base/5/pg_filenode.map", "base/5/pg_internal.init",
            "global/pg_control", "base/5/t3_16384", "base/5/16384.0", "base/5/16384.01", "base/5/016384", "base/0/1",
            "base/5/16384_xyz", "base/5/4294967296", "base/5/16384.1234567", "pg_xact/0000", "pg_wal/000000010000",
            "pg_tblspc/16390/16391", "base/5/16384/1", "global/1/2", ""})
    void otherFilesAreNot(String path) {
        assertThat(RelationFile.parse(path)).isEmpty();
    }
}
