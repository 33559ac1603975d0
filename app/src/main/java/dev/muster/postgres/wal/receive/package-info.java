// SPDX-License-Identifier: Apache-2.0
/**
 * The receiver: streams a server's log into the spool and from there into the repository, as a small process of its own.
 *
 * <p>A <i>session</i> is one connection. To <i>resume</i> is to go on where the log that is known ends, after the server
 * has shown the bytes before that; to <i>settle</i> is to find out whether somebody else has begun the same history; to
 * <i>branch</i> is to follow a new timeline. A byte is <i>received</i>, then
 * <i>spooled</i> (durable here), then <i>stored</i> (durable in the repository). What is <i>acknowledged</i> to the server
 * it may throw away and, if we are its synchronous standby, commits are released. The <i>policy</i> says which of the two
 * durable places counts, and what happens in an <i>outage</i>. A <i>slot</i> keeps the log on the server; the <i>stream
 * slot</i> goes with what is acknowledged, the <i>hold slot</i> with what is stored. The <i>shipper</i> moves log from the
 * spool to the repository in <i>tails</i>, which it replaces once their segment is complete. The <i>RPO</i> is the age of
 * the oldest byte that the server has flushed and a place does not have. The <i>state</i> is all of that at one moment.
 *
 * <p>Invariants: nothing is acknowledged before it is durable where the policy wants it; nothing is acknowledged or
 * stored whose past was not compared; log is never skipped in silence; applied is never said to be more than flushed.
 *
 * <p>Crash points: {@code stream.after-begin}, {@code .after-join} and {@code .after-follow} (a history is in the spool,
 * with nothing of it received), {@code .after-append}, {@code .after-segment}, {@code .before-check} (forced, and not yet
 * said to follow what came before), {@code .after-force} (and not yet acknowledged), {@code .after-status},
 * {@code .before-announce} (others that began meanwhile were looked for, and there is none), {@code .after-announce},
 * {@code .after-put} (and not yet known to be stored), {@code .before-release} (and not yet
 * removed from the spool), {@code .after-release}, {@code .after-fold} (what was replaced is still there),
 * {@code .after-hold}, {@code .after-timeline-end}, {@code .before-retire}, {@code .after-retire}.
 */
@NullMarked
package dev.muster.postgres.wal.receive;

import org.jspecify.annotations.NullMarked;
