// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.StoreException;
import dev.muster.store.bucket.Trouble;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the SDK throws as what a store throws. Codes of answers are those of the S3 API reference, "Error responses", and
 * of servers that have codes of their own; an answer without a body, as every HEAD's, is known by its status alone.
 *
 * @param settings name the place
 * @param clock of this machine, shown beside the store's where they differ
 */
record Failures(S3Settings settings, InstantSource clock) {

    /** The fault that this failure is. */
    StoreException of(SdkException failure, String subject) throws InterruptedException {
        if (isInterrupted(failure)) {
            var interrupted = new InterruptedException("interrupted while waiting for the store");
            interrupted.initCause(failure);
            throw interrupted;
        }
        var known = Trouble.cause(failure, StoreException.class);
        if (known.isPresent()) {
            return known.get();
        }
        if (failure instanceof AwsServiceException answer) {
            return answered(answer, subject);
        }
        return Trouble.cause(failure, IOException.class).map(cause -> Trouble.unreachable(cause, subject))
                .orElseGet(() -> StoreException.Denied.refused(subject, Trouble.said(failure.getMessage()), failure));
    }

    /** The fault of credentials that were not found or could not be renewed. */
    static StoreException withoutCredentials(SdkException failure, String subject) throws InterruptedException {
        if (isInterrupted(failure)) {
            throw new InterruptedException("interrupted while looking for credentials");
        }
        var offline = Trouble.cause(failure, IOException.class);
        if (failure.retryable() && offline.isPresent()) {
            return Trouble.unreachable(offline.get(), subject);
        }
        return StoreException.Denied.unknownCaller(subject, Trouble.said(failure.getMessage()), failure);
    }

    private StoreException answered(AwsServiceException answer, String subject) {
        var code = code(answer);
        return switch (code) {
            case "NoSuchBucket" -> StoreException.Absent.noBucket(settings.where().text(), settings.bucket());
            case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException" ->
                StoreException.Absent.elsewhere(settings.where().text(), region(answer));
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "InvalidClientTokenId",
                    "UnrecognizedClientException", "AuthFailure", "MissingSecurityHeader",
                    "MissingAuthenticationToken" ->
                StoreException.Denied.unknownCaller(subject, said(answer), answer);
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken" ->
                StoreException.Denied.expired(subject, said(answer), answer);
            case "RequestTimeTooSkewed", "RequestExpired" ->
                StoreException.Denied.skewed(subject, clocks(answer), answer);
            case "InvalidObjectState" -> StoreException.Denied.archived(subject, answer);
            case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage" ->
                StoreException.Full.of(subject, answer);
            case "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch" ->
                StoreException.Corrupt.refused(subject, answer);
            case "SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequests",
                    "BandwidthLimitExceeded", "OperationAborted", "ConditionalRequestConflict" ->
                StoreException.Transient.busy(subject, answer);
            case "RequestTimeout", "IncompleteBody", "InternalError" ->
                StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> byStatus(answer, subject);
        };
    }

    private StoreException byStatus(AwsServiceException answer, String subject) {
        return switch (answer.statusCode()) {
            case 301, 302, 307, 308 -> StoreException.Absent.elsewhere(settings.where().text(), region(answer));
            case 401 -> StoreException.Denied.unknownCaller(subject, said(answer), answer);
            case 403 -> StoreException.Denied.saying(subject, said(answer), answer);
            case 408 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            case 429, 503 -> StoreException.Transient.busy(subject, answer);
            case 507 -> StoreException.Full.of(subject, answer);
            case 500, 502, 504 -> StoreException.Transient.of(subject, new IOException(said(answer), answer));
            default -> StoreException.Denied.refused(subject, said(answer), answer);
        };
    }

    /** The code of an answer; empty if it has none. */
    static String code(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        var details = answer.awsErrorDetails();
        return details == null || details.sdkHttpResponse() == null
                ? Optional.empty()
                : details.sdkHttpResponse().firstMatchingHeader(name);
    }

    private static String region(AwsServiceException answer) {
        return header(answer, "x-amz-bucket-region").map(region -> "it is in " + region)
                .orElseGet(() -> said(answer));
    }

    private String clocks(AwsServiceException answer) {
        return "it is " + clock.instant().truncatedTo(ChronoUnit.SECONDS) + " here and "
                + header(answer, "Date").orElse("another time") + " there";
    }

    private static String said(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        var message = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        var code = code(answer).isEmpty() ? "status " + answer.statusCode() : code(answer);
        return Trouble.said(message.isEmpty() ? code : code + ", " + message);
    }

    private static boolean isInterrupted(Throwable failure) {
        return Thread.interrupted() || Trouble.interrupts(failure)
                || Trouble.cause(failure, AbortedException.class).isPresent();
    }
}
