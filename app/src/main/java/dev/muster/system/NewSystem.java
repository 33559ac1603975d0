// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A system that is to be protected from now on.
 *
 * @param name what people will call it
 * @param postgres where its PostgreSQL is; empty if DATABASE_URL says it
 * @param url of its repository
 * @param keyFile with the key of the repository, absolute
 * @param configuration the file that will say all this, absolute
 */
public record NewSystem(String name, Optional<ConnectionText> postgres, String url, Path keyFile,
        Path configuration) {}
