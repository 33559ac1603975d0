// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a restore is expected to take.
 *
 * @param copy writing its files
 * @param replay replaying its WAL
 * @param rest everything else
 */
public record Forecast(Step copy, Step replay, Step rest) {

    private static final double NANOS = 1e9;

    /**
     * How long a part of it is expected to take.
     *
     * @param bytes how much there is to do; 0 where that is not counted
     * @param time empty if it is not known
     * @param restores in how many restores that was measured
     * @param why it is not known or counts for nothing, such as completes "unknown: "; empty otherwise
     */
    public record Step(long bytes, Optional<Duration> time, int restores, String why) {

        static Step unknown(long bytes, String why) {
            return new Step(bytes, Optional.empty(), 0, why);
        }

        static Step partOfTheRest(long bytes) {
            return new Step(bytes, Optional.of(Duration.ZERO), 0, "so little is counted with the rest");
        }

        /** {@code about 20 s}, {@code unknown}; a dash for what is counted with the rest. */
        public String text() {
            return time.isPresent() && restores == 0 ? "-" : Words.about(time);
        }

        /** The same with how much it is, and how that is known. */
        String sentence() {
            var amount = bytes == 0 ? "" : Words.bytes(bytes);
            if (!why.isEmpty()) {
                return (amount.isEmpty() ? "" : amount + ", ") + (time.isEmpty() ? "unknown: " : "") + why;
            }
            var took = seconds(time.orElseThrow());
            return (amount.isEmpty() ? "" : amount + " in ") + Words.about(time)
                    + (bytes == 0 || took <= 0 ? "" : ", at " + Words.bytes((long) (bytes / took)) + "/s")
                    + ", as measured in " + Words.restores(restores);
        }
    }

    /** Nothing is known. */
    static Forecast unknown(long fileBytes, long walBytes, String why) {
        return new Forecast(Step.unknown(fileBytes, why), Step.unknown(walBytes, why), Step.unknown(0, why));
    }

    /** All of it; empty unless each part is known. */
    public Optional<Duration> total() {
        return copy.time().flatMap(copying -> replay.time()
                .flatMap(replaying -> rest.time().map(copying.plus(replaying)::plus)));
    }

    /** {@code about 4m 05s}, {@code unknown}. */
    public String text() {
        return Words.about(total());
    }

    /** Why parts of it are not known, each reason once; empty if all are. */
    public List<String> reasons() {
        var reasons = new LinkedHashSet<String>();
        for (var step : List.of(copy, replay, rest)) {
            if (step.time().isEmpty()) {
                reasons.add(step.why());
            }
        }
        return List.copyOf(reasons);
    }

    /**
     * A forecast as machines read it. What is not known is null.
     *
     * @param seconds all of it
     * @param copy the files
     * @param replay the WAL
     * @param rest everything else
     */
    public record Document(@Nullable Double seconds, StepDocument copy, StepDocument replay, StepDocument rest) {}

    /**
     * A part of a forecast as machines read it.
     *
     * @param bytes how many; null where they are not counted
     * @param seconds how long; 0 for what is counted with the rest
     * @param measurements in how many restores that was measured
     * @param why it is not known, or counted with the rest
     */
    public record StepDocument(@Nullable Long bytes, @Nullable Double seconds, int measurements,
            @Nullable String why) {}

    /** For machines. */
    public Document document() {
        return new Document(total().map(Forecast::seconds).orElse(null), document(copy, copy.bytes()),
                document(replay, replay.bytes()), document(rest, null));
    }

    private static StepDocument document(Step step, @Nullable Long bytes) {
        return new StepDocument(bytes, step.time().map(Forecast::seconds).orElse(null), step.restores(),
                step.why().isEmpty() ? null : step.why());
    }

    static double seconds(Duration duration) {
        return duration.toSeconds() + duration.toNanosPart() / NANOS;
    }

    static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS));
    }
}
