// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.util.List;

/**
 * What a recovery begins with, which way it goes, and where it stops.
 *
 * @param notes what has to be said about the choice, each a sentence
 */
record Chosen(Reach reach, Stop stop, List<String> notes) {

    Chosen {
        notes = List.copyOf(notes);
    }
}
