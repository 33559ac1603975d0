// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan as machines read it. The names of its fields are a contract; a field that does not apply is null.
 *
 * @param planId what makes a restore the same one when it is carried on
 * @param target as it can be given again
 * @param exclusive whether the target itself is left out
 * @param snapshotId the snapshot that it begins with
 * @param consistentLsn the first position at which it can stop
 * @param consistentTime the first moment at which it can stop
 * @param path the histories in their order
 * @param endLsn the end of the WAL of the path
 * @param endTime its moment, if it is known
 * @param stop end-of-wal, consistent or target
 * @param stopLsn where replay will stop, if that is known
 * @param files how many files are written
 * @param fileBytes how many bytes
 * @param walBytes how many bytes of WAL are replayed at most
 * @param forecastSeconds how long it takes, if that is known
 * @param forecast how that comes about
 * @param asides what is moved aside before anything is written, in this order
 * @param directory the data directory
 * @param tablespaces the directories of tablespaces by oid
 * @param postgresMajor the major version of the server that it needs
 * @param server the server that was found, if one was
 * @param action what the server does at its target
 * @param settings what is set
 * @param neutralised what of the source's configuration is not in force
 * @param notes what was found in the way, and what has to be said
 */
public record PlanDocument(String planId, String target, boolean exclusive, String snapshotId, String consistentLsn,
        Instant consistentTime, List<PathStep> path, String endLsn, @Nullable Instant endTime, String stop,
        @Nullable String stopLsn, long files, long fileBytes, long walBytes, @Nullable Long forecastSeconds,
        Forecast.Document forecast, List<MovedAside> asides, String directory, Map<String, String> tablespaces,
        int postgresMajor,
        @Nullable String server, String action,
        Map<String, String> settings, List<Neutral> neutralised, List<String> notes) {

    /** One history of the path. */
    public record PathStep(String incarnation, long timeline, String fromLsn, String toLsn) {}

    /** A directory that is renamed; null if it was not cheap to count what it holds. */
    public record MovedAside(String from, String to, String holds, @Nullable Long bytes) {

        static MovedAside of(Aside aside) {
            return new MovedAside(aside.from().toString(), aside.to().toString(), aside.holds(),
                    aside.bytes().isPresent() ? aside.bytes().getAsLong() : null);
        }
    }

    static PlanDocument of(RestorePlan plan, Pace pace) {
        var point = plan.reach().point();
        var target = plan.request().target().target();
        var forecast = plan.forecast(pace);
        var tablespaces = new LinkedHashMap<String, String>();
        plan.placements().forEach(each -> tablespaces.put(Long.toString(each.oid()), each.directory().toString()));
        return new PlanDocument(plan.id(), target.toString(),
                "off".equals(plan.settings().get("recovery_target_inclusive")), point.id(),
                point.facts().stop().toString(), point.facts().consistentAt(), path(plan),
                plan.reach().end().toString(), plan.reach().endTime().orElse(null), stop(plan.stop()),
                stopLsn(plan.stop()), point.size().files(), point.size().bytes(), plan.walBytes(),
                forecast.total().map(Duration::toSeconds).orElse(null), forecast.document(),
                plan.asides().stream().map(MovedAside::of).toList(), plan.request().directory().toString(), tablespaces,
                point.facts().major(), plan.ground().server().orElse(null),
                plan.request().action().name().toLowerCase(Locale.ROOT), plan.settings(),
                plan.neutral().stream().filter(NeutralSettings::differs).toList(), plan.notes());
    }

    private static List<PathStep> path(RestorePlan plan) {
        return plan.steps().stream()
                .map(step -> new PathStep(step.history().incarnation().hex(), step.history().timeline().number(),
                        step.from().toString(), step.to().toString()))
                .toList();
    }

    private static String stop(Stop stop) {
        return switch (stop) {
            case Stop.EndOfWal _ -> "end-of-wal";
            case Stop.Consistent _ -> "consistent";
            case Stop.AtTarget _ -> "target";
        };
    }

    private static @Nullable String stopLsn(Stop stop) {
        return switch (stop) {
            case Stop.EndOfWal end -> end.end().toString();
            case Stop.Consistent consistent -> consistent.stop().toString();
            case Stop.AtTarget at -> at.at().map(Object::toString).orElse(null);
        };
    }
}
