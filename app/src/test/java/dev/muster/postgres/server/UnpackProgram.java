// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Path;
import java.util.List;

/** Unpacks the archive in a jar, its first argument, into a cache, its second, and prints the version. */
final class UnpackProgram {

    private UnpackProgram() {}

    public static void main(String[] arguments) throws Exception {
        var machine = TestMachine.here();
        var account = new OsAccounts(machine).usual();
        var unpack = new UnpackPostgres(machine, account, List.of(Path.of(arguments[1])), System.err::println);
        var archive = PostgresArchive.inJar(Path.of(arguments[0]), machine.platform());
        System.out.println(unpack.unpack(archive).version().text());
    }
}
