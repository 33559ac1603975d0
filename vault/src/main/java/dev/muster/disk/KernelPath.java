// SPDX-License-Identifier: Apache-2.0
package dev.muster.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Paths as the kernel walks them: {@code ..} leads above what a link leads to, and not above where the link lies. */
public final class KernelPath {

    private KernelPath() {}

    /**
     * Absolute, and without {@code .} and {@code ..}. A link that nothing goes up from stays in it, and what does not
     * exist yet leads nowhere else.
     *
     * @throws IOException if it goes up from where nothing can be seen: a link to nothing
     */
    public static Path resolved(Path path) throws IOException {
        var absolute = path.toAbsolutePath();
        var at = absolute.getRoot();
        for (var name : absolute) {
            if (name.toString().equals("..")) {
                var real = real(at);
                at = real.getParent() == null ? real : real.getParent();
            } else if (!name.toString().equals(".")) {
                at = at.resolve(name);
            }
        }
        return at;
    }

    /** The same, except that what cannot be resolved is left as it is: the kernel will say why to whoever uses it. */
    public static Path absolute(Path path) {
        try {
            return resolved(path);
        } catch (IOException _) {
            return path.toAbsolutePath();
        }
    }

    private static Path real(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        try {
            return path.toRealPath();
        } catch (IOException e) {
            var unseen = new FileSystemException(path.toString(), null,
                    "a '..' goes up from here, and where this leads cannot be seen");
            unseen.initCause(e);
            throw unseen;
        }
    }
}
