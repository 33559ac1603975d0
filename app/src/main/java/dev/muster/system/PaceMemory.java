// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.restore.Pace;
import dev.muster.postgres.restore.PaceFile;
import dev.muster.postgres.restore.run.Restored;
import dev.muster.vault.object.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How fast restores of a system have been on this host, in its state directory. Each place of a repository has its own: a
 * disk says nothing of an object store. It is a help, and nobody is kept from a restore for its sake.
 */
public final class PaceMemory {

    private static final String DIRECTORY = "pace";
    private static final int NAME_CHARS = 16;

    private final PaceFile file;

    private PaceMemory(PaceFile file) {
        this.file = file;
    }

    /**
     * That of one system in one repository.
     *
     * @param place of the store that the repository is in
     */
    public static PaceMemory of(Path stateDirectory, String system, String place) {
        var name = Digest.sha256((system + "\n" + place).getBytes(StandardCharsets.UTF_8)).hex();
        return new PaceMemory(new PaceFile(stateDirectory.resolve(DIRECTORY).resolve(name.substring(0, NAME_CHARS))));
    }

    /** What is remembered. */
    public Pace read() {
        return file.read();
    }

    /** Remembers what this restore measured, if it measured anything and that can be written. */
    public void remember(Restored restored) {
        try {
            file.add(restored.measured());
        } catch (IOException e) {
            // What was restored is there all the same; the next forecast does without it.
            return;
        }
    }
}
