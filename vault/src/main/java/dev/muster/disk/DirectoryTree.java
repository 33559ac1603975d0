// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory with all that is in it. */
public final class DirectoryTree {

    private DirectoryTree() {}

    /**
     * Removes it, or the file or link of this name. Links are removed and not followed. What is not there, or vanishes
     * meanwhile, is as good as removed.
     *
     * @throws IOException if something of it cannot be removed, or somebody puts something into it meanwhile
     */
    public static void remove(Path tree) throws IOException {
        Files.walkFileTree(tree, new Removal());
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            requireVanished(failure);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                requireVanished(failure);
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }

        private static void requireVanished(IOException failure) throws IOException {
            if (!(failure instanceof NoSuchFileException)) {
                throw failure;
            }
        }
    }
}
