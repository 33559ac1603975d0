// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * What came back, held against what was acknowledged.
 *
 * @param acknowledged commits that the server acknowledged until the writers were stopped or it died
 * @param recovered commits found in the recovered server, each compared with what was sent
 * @param lost acknowledged commits that had to be there and are not
 * @param givenUp acknowledged commits after the target that was chosen
 * @param rpoSeconds from the newest recovered commit to the first that was lost and on to the end; 0 if none was lost
 * @param faults everything else that is wrong: rows that are missing, orphans, commits that nobody sent
 */
record Verdict(long acknowledged, long recovered, long lost, long givenUp, double rpoSeconds, List<String> faults) {

    /**
     * The verdict for a recovery that had to bring back all that was acknowledged at {@code required}.
     *
     * @param required what had to come back
     * @param last what the writers knew at their end
     * @param recovered commits found, by writer in the order of the tallies
     */
    static Verdict of(Tally required, Tally last, List<Integer> recovered, double rpoSeconds, List<String> faults) {
        long lost = 0;
        List<String> allFaults = new ArrayList<>(faults);
        for (int at = 0; at < recovered.size(); at++) {
            lost += Math.max(0, required.writers().get(at).acknowledged() - recovered.get(at));
            Tally.Count sent = last.writers().get(at);
            if (recovered.get(at) > sent.acknowledged() + (sent.unknown() ? 1 : 0)) {
                allFaults.add("writer " + sent.number() + " has commits that it never sent");
            }
        }
        long found = recovered.stream().mapToLong(Integer::longValue).sum();
        long givenUp = Math.max(0, last.acknowledged() - found - lost);
        return new Verdict(last.acknowledged(), found, lost, givenUp, lost == 0 ? 0 : rpoSeconds, allFaults);
    }
}
