// SPDX-License-Identifier: Apache-2.0
/**
 * Rescue: gets data out of a repository with this jar, a key, and a directory that any tool may have downloaded.
 *
 * <p>It needs no configuration, no database and no network, writes only below the directory that it is given, and never
 * into the repository. Whoever has to use it has lost everything else.
 */
@NullMarked
package dev.muster.vault.rescue;

import org.jspecify.annotations.NullMarked;
