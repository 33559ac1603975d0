// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.nio.file.Path;

/**
 * Where a tablespace goes.
 *
 * @param oid of the tablespace
 * @param original where it lay on the source
 * @param directory where it is restored to
 */
public record Placement(long oid, String original, Path directory) {}
