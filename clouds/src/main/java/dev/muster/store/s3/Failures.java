// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
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

    private static final int SAID_LENGTH_MAX = 400;

    /** The longest word of a message that is shown: a session token that a server repeats is longer, a resource is not. */
    private static final Pattern LONG_WORD = Pattern.compile("\\S{200,}");

    private static final int DEPTH_MAX = 20;

    /** The fault that this failure is. */
    StoreException of(SdkException failure, String subject) throws InterruptedException {
        if (Thread.interrupted() || causes(failure).anyMatch(Failures::interrupts)) {
            var interrupted = new InterruptedException("interrupted while waiting for the store");
            interrupted.initCause(failure);
            throw interrupted;
        }
        var known = causes(failure).filter(StoreException.class::isInstance).findFirst();
        if (known.isPresent()) {
            return (StoreException) known.get();
        }
        if (failure instanceof AwsServiceException answer) {
            return answered(answer, subject);
        }
        return causes(failure).filter(IOException.class::isInstance).findFirst()
                .map(cause -> unreachable((IOException) cause, subject))
                .orElseGet(() -> StoreException.Denied.refused(subject, said(failure.getMessage()), failure));
    }

    /** The fault that a connection that failed is. */
    static StoreException unreachable(IOException failure, String subject) {
        if (distrusts(failure)) {
            return StoreException.Denied.untrusted(subject, said(failure.getMessage()), failure);
        }
        return StoreException.Transient.of(subject, new IOException(reason(failure), failure));
    }

    /** The fault of credentials that were not found or could not be renewed. */
    static StoreException withoutCredentials(SdkException failure, String subject) throws InterruptedException {
        if (Thread.interrupted() || causes(failure).anyMatch(Failures::interrupts)) {
            throw new InterruptedException("interrupted while looking for credentials");
        }
        var offline = causes(failure).filter(IOException.class::isInstance).findFirst();
        if (failure.retryable() && offline.isPresent()) {
            return unreachable((IOException) offline.get(), subject);
        }
        return StoreException.Denied.unknownCaller(subject, said(failure.getMessage()), failure);
    }

    private StoreException answered(AwsServiceException answer, String subject) {
        var code = code(answer);
        return switch (code) {
            case "NoSuchBucket" -> StoreException.Absent.noBucket(settings.place(), settings.bucket());
            case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException" ->
                StoreException.Absent.elsewhere(settings.place(), region(answer));
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
            case 301, 302, 307, 308 -> StoreException.Absent.elsewhere(settings.place(), region(answer));
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
        return said(message.isEmpty() ? code : code + ", " + message);
    }

    /** Words from outside, as far as they belong into a message: one line, not too long, no token. */
    private static String said(@Nullable String words) {
        var line = LONG_WORD.matcher(words == null ? "no reason given" : words).replaceAll("...")
                .replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= SAID_LENGTH_MAX ? line : line.substring(0, SAID_LENGTH_MAX) + "...";
    }

    private static String reason(IOException failure) {
        if (causes(failure).anyMatch(
                cause -> cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException)) {
            return "the name of its host is not known";
        }
        return switch (failure) {
            case HttpTimeoutException _,SocketTimeoutException _ -> "it did not answer in time";
            case ConnectException _ -> "no connection, " + said(Optional.ofNullable(failure.getMessage())
                    .orElse("refused"));
            default -> "the connection broke, " + said(failure.getMessage());
        };
    }

    /** Whether TLS failed for a reason that trying again does not help, unlike a connection that broke. */
    private static boolean distrusts(IOException failure) {
        return causes(failure).anyMatch(SSLException.class::isInstance)
                && causes(failure)
                        .noneMatch(cause -> cause instanceof EOFException || cause instanceof SocketException);
    }

    private static boolean interrupts(Throwable cause) {
        return cause instanceof InterruptedException || cause instanceof AbortedException
                || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(DEPTH_MAX);
    }
}
