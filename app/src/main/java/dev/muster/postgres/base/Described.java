// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import java.util.List;

/**
 * What was found out about a cluster beside its files.
 *
 * @param superuser the name of its first superuser; empty if it is not known
 * @param configuration where its configuration files are
 * @param badPages the bad pages with the names of their relations
 * @param notCaptured what could not be found out
 */
record Described(String superuser, BackupFacts.Configuration configuration, List<NamedBadPage> badPages,
        List<NotCaptured> notCaptured) {

    Described {
        badPages = List.copyOf(badPages);
        notCaptured = List.copyOf(notCaptured);
    }
}
