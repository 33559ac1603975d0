// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.collect;

import dev.muster.vault.object.Kind;
import dev.muster.vault.object.ObjectKeys;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.Abandon;
import dev.muster.vault.statement.Statements;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Gives up sessions whose writers or readers have died, so that nothing waits for them for ever. */
final class GiveUp {

    private final Statements statements;
    private final Uid instance;

    GiveUp(Statements statements, Uid instance) {
        this.statements = statements;
        this.instance = instance;
    }

    /**
     * The sessions that are to be given up, with the reason: those that were silent for too long, and those that are waited
     * for and have no candidate any more, which cannot be told from a writer that sleeps.
     *
     * @param awaited sessions that something waits for
     */
    static Map<Uid, String> due(Sight sight, Set<Uid> awaited, Instant now, Duration after) {
        Map<Uid, String> due = new LinkedHashMap<>();
        for (Session session : sight.sessions()) {
            Duration silent = Duration.between(session.heard(), now);
            if (session.fate() == Session.Fate.OPEN && silent.compareTo(after) > 0) {
                due.put(session.session(), "silent for " + silent.toHours() + " hours");
            }
        }
        awaited.stream()
                .filter(each -> !sight.shows(each) && !sight.isUndecided(each))
                .forEach(each -> due.put(each, "its candidates are gone"));
        return due;
    }

    /**
     * Gives one up. Who commits after the first statement sees it and commits anew; who has committed before it is seen here.
     *
     * @return whether it is given up; otherwise it has committed meanwhile, and its snapshot is undecided
     */
    boolean giveUp(Uid session, String reason) throws InterruptedException {
        say(session, false, reason);
        boolean free = statements.list(Kind.SNAPSHOT, session).isEmpty();
        if (free) {
            say(session, true, reason);
        }
        return free;
    }

    private void say(Uid session, boolean done, String reason) throws InterruptedException {
        Abandon body = new Abandon(instance, session, done, reason);
        statements.put(Kind.ABANDON, digest -> ObjectKeys.of(Kind.ABANDON, session, digest), body.encode());
    }
}
