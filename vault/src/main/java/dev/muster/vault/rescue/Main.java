// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.rescue;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.vault.key.KeySource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** Where the break-glass tool begins. */
final class Main {

    private static final String USAGE = """
            Gets data out of a Muster repository that was downloaded into a directory. Nothing in it is changed.

              java -jar muster-vault-VERSION-rescue.jar check   REPOSITORY
              java -jar muster-vault-VERSION-rescue.jar list    REPOSITORY KEYFILE
              java -jar muster-vault-VERSION-rescue.jar extract REPOSITORY KEYFILE SNAPSHOT|latest DIRECTORY
              java -jar muster-vault-VERSION-rescue.jar wal     REPOSITORY KEYFILE INCARNATION DIRECTORY

            KEYFILE holds 64 hex digits, or a passphrase in its first line.
            Exit status: 0 done, 1 failed, 2 wrong usage or key, 3 damage found.
            """;

    private final PrintWriter out;
    private final PrintWriter err;

    private Main(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, err).run(arguments));
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        if (arguments.length < 2) {
            err.print(USAGE);
            err.flush();
            return FaultKind.USAGE.exitStatus();
        }
        try (Rescue rescue = new Rescue(out, Path.of(arguments[1]), Clock.systemUTC(), new SecureRandom())) {
            return run(rescue, arguments);
        } catch (Fault e) {
            err.println("error: " + e.what() + ": " + e.subject());
            err.println("  " + e.remedy());
            err.println("  code: " + e.code());
            return e.kind().exitStatus();
        }
    }

    private int run(Rescue rescue, String... arguments) throws IOException, InterruptedException {
        switch (arguments[0] + " " + arguments.length) {
            case "check 2" -> {
                return rescue.check() ? 0 : FaultKind.DAMAGE.exitStatus();
            }
            case "list 3" -> {
                try (KeySource key = key(Path.of(arguments[2]))) {
                    rescue.list(key);
                }
            }
            case "extract 5" -> {
                try (KeySource key = key(Path.of(arguments[2]))) {
                    rescue.extract(key, arguments[3], Path.of(arguments[4]));
                }
            }
            case "wal 5" -> {
                try (KeySource key = key(Path.of(arguments[2]))) {
                    rescue.wal(key, arguments[3], Path.of(arguments[4]));
                }
            }
            default -> {
                err.print(USAGE);
                err.flush();
                return FaultKind.USAGE.exitStatus();
            }
        }
        return 0;
    }

    private static KeySource key(Path file) throws IOException {
        String line = Files.readString(file).lines().findFirst().orElse("").strip();
        return line.matches("[0-9a-fA-F]{64}")
                ? KeySource.hex(line.toCharArray())
                : KeySource.passphrase(line.toCharArray());
    }
}
