// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;

/**
 * Adds up the sizes of files, as long as they are few enough to be done at once.
 *
 * @param filesMax with more than these, nothing is known
 */
record CountBytes(int filesMax) {

    /** The bytes in the files of a directory; nothing if they are too many, or some cannot be looked at. */
    OptionalLong in(Path directory) {
        var count = new Count();
        try {
            Files.walkFileTree(directory, count);
            return count.files > filesMax ? OptionalLong.empty() : OptionalLong.of(count.bytes);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private final class Count extends SimpleFileVisitor<Path> {

        private int files;
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files++;
            bytes += attributes.isRegularFile() ? attributes.size() : 0;
            return files > filesMax ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}
