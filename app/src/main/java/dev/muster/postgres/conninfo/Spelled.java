// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** A choice that has a spelling in connection information. */
interface Spelled {

    /** The value as it is written. */
    String text();
}
