// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import java.util.List;

/**
 * The numbers of a demonstration, as people and machines get them. The names of its fields are a contract.
 *
 * @param disasters one entry for each, in the order in which they struck
 * @param databaseBytes what the server said about its databases' size when the base backup began
 * @param repositoryBytes what lay in the repository at the end
 */
public record DemoReport(List<Disaster> disasters, long databaseBytes, long repositoryBytes) {

    /**
     * One disaster and what became of it.
     *
     * @param kind {@code bad-delete} or {@code lost-disk}
     * @param acknowledged commits that the server acknowledged to the writers
     * @param recovered commits read back from the recovered server and compared
     * @param lost acknowledged commits that had to come back and did not
     * @param givenUp acknowledged commits after the target, given up with the wrong one
     * @param rpoSeconds age, when the disaster struck, of the newest commit that came back; 0 if none was lost
     * @param rtoSeconds from the decision to recover until the recovered server was verified
     * @param steps what the RTO went into
     * @param objectiveMet whether both numbers are within their objectives and nothing was found wrong
     */
    public record Disaster(String kind, long acknowledged, long recovered, long lost, long givenUp, double rpoSeconds,
            double rtoSeconds, List<Step> steps, boolean objectiveMet) {}

    /**
     * One step of a recovery.
     *
     * @param name choose, restore, replay or verify
     * @param seconds how long it took
     */
    public record Step(String name, double seconds) {}

    /** Whether every disaster was survived within the objectives. */
    public boolean objectivesMet() {
        return disasters.stream().allMatch(Disaster::objectiveMet);
    }
}
