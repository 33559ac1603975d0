// SPDX-License-Identifier: Apache-2.0
/**
 * Protected systems: what is protected, how well, and where to.
 *
 * <p>A <i>protected system</i> is an application's data under one name. A <i>component</i> is one part of it, such as
 * its PostgreSQL. An <i>objective</i> is a number that recovery must meet: RPO, how much may be lost; RTO, how long it
 * may take. A <i>configuration</i> is {@code muster.yaml} and the environment, read together. A <i>problem</i> is one
 * thing wrong with it, with its line. A <i>plan</i> of an initialization says what is made and what is kept.
 *
 * <p><i>Recovery points</i> are what a system can be taken back to: snapshots, and windows of moments with gaps between
 * them. The <i>loss</i> is how much would be lost now; the <i>status</i> holds it against the objective, and says what
 * nobody has shown yet. What cannot be shown is never called met.
 *
 * <p>Invariants: a configuration that has a problem is not used at all, and all its problems are reported together; a
 * secret stands in a file or in the environment, is read when it is needed, and is never part of a message.
 */
@NullMarked
package dev.muster.system;

import org.jspecify.annotations.NullMarked;
