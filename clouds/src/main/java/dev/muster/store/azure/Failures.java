// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpHeaderName;
import com.azure.identity.CredentialUnavailableException;
import com.azure.storage.blob.models.BlobStorageException;
import dev.muster.store.StoreException;
import dev.muster.store.bucket.Trouble;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the SDK throws as what a store throws. Codes of answers are those of "Blob Storage error codes" and of "Common
 * REST API error codes" in Azure's reference; an answer without one is known by its status alone. One code,
 * AuthenticationFailed, stands for a wrong key, an expired token and a wrong clock: the store's own time tells which.
 *
 * @param settings name the place
 * @param clock of this machine, shown beside the store's where they differ
 */
record Failures(AzureSettings settings, InstantSource clock) {

    /** By Azure's reference, "Authorize with Shared Key": how far the clock of a request may be from the store's. */
    private static final Duration SKEW_MAX = Duration.ofMinutes(15);

    private static final Pattern EXPIRY = Pattern.compile("(?:^|&)se=([^&]+)");

    private static final Pattern SAID =
            Pattern.compile("<(?:Message|AuthenticationErrorDetail)>([^<]*?)(?:\\s*RequestId:[^<]*)?<");

    /** A signature or a key that a server repeats. No name that Muster gives is as long without a slash. */
    private static final Pattern SECRET = Pattern.compile("(?i)(sig=)?[A-Za-z0-9+/%]{40,}={0,2}");

    /** The fault that this failure is. */
    StoreException of(RuntimeException failure, String subject) throws InterruptedException {
        if (Thread.interrupted() || Trouble.interrupts(failure)) {
            var interrupted = new InterruptedException("interrupted while waiting for the store");
            interrupted.initCause(failure);
            throw interrupted;
        }
        var known = Trouble.cause(failure, StoreException.class);
        if (known.isPresent()) {
            return known.get();
        }
        if (failure instanceof BlobStorageException answer) {
            return answered(answer, subject);
        }
        if (failure instanceof ClientAuthenticationException) {
            return withoutCredentials(failure, subject);
        }
        return Trouble.cause(failure, IOException.class).map(cause -> Trouble.unreachable(cause, subject))
                .orElseGet(() -> StoreException.Denied.refused(subject, said(failure.getMessage()), failure));
    }

    /** The fault of credentials that were not found or could not be renewed. */
    static StoreException withoutCredentials(RuntimeException failure, String subject) throws InterruptedException {
        if (Thread.interrupted() || Trouble.interrupts(failure)) {
            throw new InterruptedException("interrupted while looking for credentials");
        }
        var offline = Trouble.cause(failure, IOException.class);
        if (offline.isPresent() && !(failure instanceof CredentialUnavailableException)) {
            // Somebody was found, and who hands out tokens was not reached.
            return Trouble.unreachable(offline.get(), subject);
        }
        return StoreException.Denied.unknownCaller(subject, said(failure.getMessage()), failure);
    }

    private StoreException answered(BlobStorageException answer, String subject) {
        return switch (code(answer)) {
            case "ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled" ->
                StoreException.Absent.noBucket(settings.where().text(), settings.container());
            case "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation" ->
                unauthenticated(answer, subject);
            case "BlobArchived", "BlobBeingRehydrated" -> StoreException.Denied.archived(subject, answer);
            case "Md5Mismatch", "InvalidMd5", "Crc64Mismatch" -> StoreException.Corrupt.refused(subject, answer);
            case "InvalidOperation" -> isAboutDigest(answer)
                    ? StoreException.Corrupt.refused(subject, answer)
                    : StoreException.Denied.refused(subject, said(answer), answer);
            case "ServerBusy" -> StoreException.Transient.busy(subject, answer);
            case "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold", "LeaseIdMissing" ->
                StoreException.Denied.saying(subject, said(answer), answer);
            case "OperationTimedOut", "InternalError" ->
                StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> byStatus(answer, subject);
        };
    }

    private StoreException byStatus(BlobStorageException answer, String subject) {
        return switch (answer.getStatusCode()) {
            case 401 -> unauthenticated(answer, subject);
            case 403 -> sasHasExpired(answer)
                    ? StoreException.Denied.expired(subject, said(answer), answer)
                    : StoreException.Denied.saying(subject, said(answer), answer);
            case 408 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            case 429, 503 -> StoreException.Transient.busy(subject, answer);
            case 507 -> StoreException.Full.of(subject, answer);
            case 500, 502, 504 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> StoreException.Denied.refused(subject, said(answer), answer);
        };
    }

    private StoreException unauthenticated(BlobStorageException answer, String subject) {
        if (sasHasExpired(answer)) {
            return StoreException.Denied.expired(subject, said(answer), answer);
        }
        var there = time(answer);
        var here = clock.instant();
        if (there.filter(time -> Duration.between(time, here).abs().compareTo(SKEW_MAX) > 0).isPresent()) {
            return StoreException.Denied.skewed(subject, "it is " + here.truncatedTo(ChronoUnit.SECONDS)
                    + " here and " + there.get() + " there", answer);
        }
        return StoreException.Denied.unknownCaller(subject, said(answer), answer);
    }

    /** What Azurite says where Azure says Md5Mismatch. */
    private static boolean isAboutDigest(BlobStorageException answer) {
        return message(answer).contains("contentMD5 doesn't match");
    }

    /** By the store's own clock. */
    private boolean sasHasExpired(BlobStorageException answer) {
        return settings.credentials() instanceof AzureCredentials.Sas(var token)
                && expiry(token).flatMap(end -> time(answer).map(time -> !time.isBefore(end))).orElse(false);
    }

    private static Optional<Instant> expiry(String token) {
        var end = EXPIRY.matcher(token);
        return end.find()
                ? parsed(DateTimeFormatter.ISO_OFFSET_DATE_TIME,
                        URLDecoder.decode(end.group(1), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private static Optional<Instant> time(BlobStorageException answer) {
        return Optional.ofNullable(answer.getResponse().getHeaders().getValue(HttpHeaderName.DATE))
                .flatMap(date -> parsed(DateTimeFormatter.RFC_1123_DATE_TIME, date));
    }

    private static Optional<Instant> parsed(DateTimeFormatter format, String text) {
        try {
            return Optional.of(format.parse(text, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The code of an answer; empty if it has none. */
    static String code(BlobStorageException answer) {
        return Optional.ofNullable(answer.getErrorCode()).map(Object::toString).orElse("");
    }

    private static String said(BlobStorageException answer) {
        var code = code(answer).isEmpty() ? "status " + answer.getStatusCode() : code(answer);
        var message = message(answer);
        return said(message.isEmpty() ? code : code + ", " + message);
    }

    /** What the store says, without what the SDK has to say about it. */
    private static String message(BlobStorageException answer) {
        var said = Optional.ofNullable(answer.getServiceMessage()).orElse("");
        return SAID.matcher(said).results().map(found -> found.group(1).strip()).collect(Collectors.joining(" "));
    }

    private static String said(@Nullable String words) {
        return Trouble.said(words == null ? null : SECRET.matcher(words).replaceAll("..."));
    }
}
