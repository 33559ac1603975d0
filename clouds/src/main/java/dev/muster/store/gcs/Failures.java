// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.auth.Retryable;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What the library throws as what a store throws. Reasons of answers are those of "HTTP status and error codes for
 * JSON" in Google's reference; an answer without one is known by its status alone.
 *
 * @param settings name the place
 * @param clock of this machine, shown beside the store's where they differ
 */
record Failures(GcsSettings settings, InstantSource clock) {

    /** What Google allows a token's time of issue to lie ahead. */
    private static final Duration SKEW_MAX = Duration.ofMinutes(5);

    /** What an answer to the request for bytes says, whose errors are text. */
    private static final String NO_BUCKET = "bucket does not exist";

    /** The fault that this failure is. */
    StoreException of(IOException failure, String subject) throws InterruptedException {
        throwIfInterrupted(failure);
        if (isAboutCredentials(failure)) {
            return withoutCredentials(failure, subject);
        }
        return failure instanceof HttpResponseException answer
                ? answered(answer, subject)
                : Trouble.unreachable(failure, subject);
    }

    /** The fault of credentials that were not found or could not be renewed. */
    StoreException withoutCredentials(IOException failure, String subject) throws InterruptedException {
        throwIfInterrupted(failure);
        if (failure instanceof Retryable passing && passing.isRetryable()) {
            return Trouble.unreachable(Optional.ofNullable(failure.getCause()).filter(IOException.class::isInstance)
                    .map(IOException.class::cast).orElse(failure), subject);
        }
        var answer = Trouble.cause(failure, HttpResponseException.class);
        var skew = answer.flatMap(this::skew);
        if (skew.isPresent()) {
            return StoreException.Denied.skewed(subject, skew.get(), failure);
        }
        return StoreException.Denied.unknownCaller(subject,
                Trouble.said(answer.map(HttpResponseException::getContent).orElse(failure.getMessage())), failure);
    }

    private static void throwIfInterrupted(IOException failure) throws InterruptedException {
        if (Thread.interrupted() || Trouble.interrupts(failure)) {
            var interrupted = new InterruptedException("interrupted while waiting for the store");
            interrupted.initCause(failure);
            throw interrupted;
        }
    }

    private static boolean isAboutCredentials(IOException failure) {
        return failure instanceof Retryable;
    }

    private StoreException answered(HttpResponseException answer, String subject) {
        return switch (reason(answer)) {
            case "authError", "required", "expired" -> unauthenticated(answer, subject);
            case "rateLimitExceeded", "userRateLimitExceeded" -> StoreException.Transient.busy(subject, answer);
            case "quotaExceeded", "storageQuotaExceeded" -> StoreException.Full.of(subject, answer);
            case "notFound" -> byStatus(answer, subject);
            case "backendError", "internalError", "uploadBrokenConnection" ->
                StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> isAboutDigest(answer)
                    ? StoreException.Corrupt.refused(subject, answer)
                    : byStatus(answer, subject);
        };
    }

    private StoreException byStatus(HttpResponseException answer, String subject) {
        return switch (answer.getStatusCode()) {
            case 401 -> unauthenticated(answer, subject);
            case 403 -> StoreException.Denied.saying(subject, said(answer), answer);
            case 404 -> StoreException.Absent.noBucket(settings.where().text(), settings.bucket());
            case 408 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            case 409, 429, 503 -> StoreException.Transient.busy(subject, answer);
            case 507 -> StoreException.Full.of(subject, answer);
            case 500, 502, 504 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> StoreException.Denied.refused(subject, said(answer), answer);
        };
    }

    private StoreException unauthenticated(HttpResponseException answer, String subject) {
        return skew(answer).map(clocks -> (StoreException) StoreException.Denied.skewed(subject, clocks, answer))
                .orElseGet(() -> StoreException.Denied.unknownCaller(subject, said(answer), answer));
    }

    /** Both clocks, if they differ too much. */
    private Optional<String> skew(HttpResponseException answer) {
        var here = clock.instant();
        return time(answer).filter(there -> Duration.between(there, here).abs().compareTo(SKEW_MAX) > 0)
                .map(there -> "it is " + here.truncatedTo(ChronoUnit.SECONDS) + " here and " + there + " there");
    }

    private static Optional<Instant> time(HttpResponseException answer) {
        var date = answer.getHeaders() == null ? null : answer.getHeaders().getDate();
        try {
            return date == null
                    ? Optional.empty()
                    : Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static boolean isAboutDigest(HttpResponseException answer) {
        return answer.getStatusCode() == 400 && said(answer).contains("MD5");
    }

    /** Whether it is the bucket that is missing. */
    static boolean isNoBucket(HttpResponseException answer) {
        return answer.getStatusCode() == 404 && said(answer).contains(NO_BUCKET);
    }

    /** The reason of an answer; empty if it has none. */
    private static String reason(HttpResponseException answer) {
        if (answer instanceof GoogleJsonResponseException json && json.getDetails() != null
                && json.getDetails().getErrors() != null && !json.getDetails().getErrors().isEmpty()) {
            return Optional.ofNullable(json.getDetails().getErrors().getFirst().getReason()).orElse("");
        }
        return "";
    }

    private static String said(HttpResponseException answer) {
        var reason = reason(answer).isEmpty() ? "status " + answer.getStatusCode() : reason(answer);
        var message = answer instanceof GoogleJsonResponseException json && json.getDetails() != null
                ? json.getDetails().getMessage()
                : answer.getContent();
        return Trouble.said(message == null || message.isBlank() ? reason : reason + ", " + message);
    }
}
