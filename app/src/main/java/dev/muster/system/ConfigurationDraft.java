// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.disk.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The first {@code muster.yaml} of a new system, with comments. */
record ConfigurationDraft(NewSystem system) {

    String text() {
        String postgres = system.postgres()
                .map(connection -> "postgres: " + quoted(connection.text()))
                .orElse("# postgres: taken from DATABASE_URL");
        return """
                # Muster: what is protected, how well, and where to. docs/configuration.md lists every setting.
                # Durations: 500ms 30s 15m 4h 7d. Sizes: 64MiB 10GB 1TiB. ${NAME} is taken from the environment.

                repository:
                  url: %s
                  # WITHOUT THIS KEY NO BACKUP CAN EVER BE READ. Keep a copy of it on another machine and on paper.
                  %s: %s

                # What this host keeps beside the repository: copies of indexes, anchors, and the spool, which is the last
                # copy of some commits if the server is lost too. docs/configuration.md says what losing each costs.
                # state: /var/lib/muster

                systems:
                  %s:
                    # sslmode is verify-full over a network, unless it is said here.
                    # A user that may replicate: CREATE ROLE muster LOGIN REPLICATION. Its password: ~/.pgpass.
                    %s
                    objectives:
                      rpo: 1m    # most time whose commits may be lost
                      rto: 1h    # longest that recovery may take
                    # stream:
                    #   spool-max: 10GiB          # WAL received and not yet in the repository
                    #   cadence: 1s               # longest wait before new WAL goes to the repository
                    #   synchronous: false        # true: commits wait until their WAL is received (see muster stream)
                    #   durability: repository    # spool | repository: what must hold a commit's WAL then
                    #   on-outage: block          # block | degrade: what becomes of waiting commits
                """.formatted(quoted(system.url()), keySetting(), quoted(system.keyFile().toString()),
                system.name(), postgres);
    }

    private String keySetting() {
        return switch (system.keyKind()) {
            case RAW_KEY -> "key-file";
            case PASSPHRASE -> "passphrase-file";
        };
    }

    /**
     * Writes it whole or not at all, for its owner only since an address may hold a password.
     *
     * @throws ConfigurationFault.Taken if there is a file already
     */
    void write() {
        Path file = system.configuration();
        Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
        try {
            Path directory = file.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.deleteIfExists(draft);
            try (FileChannel out = OwnerOnly.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(draft, file);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigurationFault.Taken("A file is there already and is not overwritten", file.toString());
        } catch (IOException e) {
            throw new ConfigurationFault.Taken("The configuration cannot be written: " + e, file.toString());
        }
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
