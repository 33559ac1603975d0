// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import java.nio.file.Path;

/**
 * A file or directory that a restore must leave where it is.
 *
 * @param path it need not exist yet
 * @param what it is, such as {@code the repository}
 * @param closed whether no cluster may be put into it either
 */
public record KeptPlace(Path path, String what, boolean closed) {}
