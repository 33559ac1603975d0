// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How fast restores of one system from one repository have been on this host, as far as that is remembered: the last few
 * of each kind, oldest first. A rate is all bytes by all of their time, so that a large restore, in which what it takes
 * to begin is little, counts for more than a small one.
 *
 * @param copies of files
 * @param replays of WAL
 * @param rests what everything else took
 * @param trouble why nothing is remembered, if that is not because nothing was measured; completes "unknown: "
 */
public record Pace(List<Measurement> copies, List<Measurement> replays, List<Duration> rests,
        Optional<String> trouble) {

    /** As many as show what is usual, and so few that a new disk or network soon shows. */
    static final int REMEMBERED_MAX = 10;

    private static final String NEVER =
            "no restore of this system from this repository has been measured on this host yet";

    public Pace {
        copies = newest(copies);
        replays = newest(replays);
        rests = newest(rests);
    }

    /** Nothing has been measured. */
    public static Pace unknown() {
        return new Pace(List.of(), List.of(), List.of(), Optional.empty());
    }

    /** What was measured cannot be had. */
    static Pace unknown(String why) {
        return new Pace(List.of(), List.of(), List.of(), Optional.of(why));
    }

    /** With what one more restore measured. */
    Pace with(Measured measured) {
        return new Pace(and(copies, measured.copy()), and(replays, measured.replay()), and(rests, measured.rest()),
                Optional.empty());
    }

    /** In how many it was measured, such as {@code 3 restores}. */
    public String restores() {
        return Words.restores(Math.max(rests.size(), Math.max(copies.size(), replays.size())));
    }

    /** How long it takes to write so many bytes of files, and to replay so many of WAL. */
    public Forecast forecast(long fileBytes, long walBytes) {
        return new Forecast(step(copies, fileBytes, Measured.COPY_BYTES_MIN, "copied"),
                step(replays, walBytes, Measured.REPLAY_BYTES_MIN, "replayed"),
                rests.isEmpty()
                        ? Forecast.Step.unknown(0, none())
                        : new Forecast.Step(0, Optional.of(sum(rests, each -> each).dividedBy(rests.size())),
                                rests.size(), ""));
    }

    private Forecast.Step step(List<Measurement> measured, long bytes, long bytesMin, String verb) {
        if (!measured.isEmpty()) {
            var took = sum(measured, Measurement::took);
            var perSecond = measured.stream().mapToDouble(Measurement::bytes).sum() / Forecast.seconds(took);
            return new Forecast.Step(bytes, Optional.of(Forecast.duration(bytes / perSecond)), measured.size(), "");
        }
        return bytes < bytesMin
                ? Forecast.Step.partOfTheRest(bytes)
                : Forecast.Step.unknown(bytes, rests.isEmpty()
                        ? none()
                        : "no restore that was measured on this host has " + verb + " " + Words.bytes(bytesMin)
                                + " or more");
    }

    private String none() {
        return trouble.orElse(NEVER);
    }

    private static <T> Duration sum(List<T> measured, Function<T, Duration> time) {
        return measured.stream().map(time).reduce(Duration.ZERO, Duration::plus);
    }

    private static <T> List<T> and(List<T> before, Optional<T> more) {
        var all = new ArrayList<>(before);
        more.ifPresent(all::add);
        return all;
    }

    private static <T> List<T> newest(List<T> all) {
        return List.copyOf(all.subList(Math.max(0, all.size() - REMEMBERED_MAX), all.size()));
    }
}
