// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

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
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What all vendors' libraries throw alike when a connection fails, and what may be said of what others said. */
public final class Trouble {

    private static final int SAID_LENGTH_MAX = 400;

    /** The longest word of a message that is shown: a session token that a server repeats is longer, a resource is not. */
    private static final Pattern LONG_WORD = Pattern.compile("\\S{200,}");

    private static final int DEPTH_MAX = 20;

    private Trouble() {}

    /** The fault that a connection that failed is. */
    public static StoreException unreachable(IOException failure, String subject) {
        if (distrusts(failure)) {
            return StoreException.Denied.untrusted(subject, said(failure.getMessage()), failure);
        }
        return StoreException.Transient.of(subject, new IOException(reason(failure), failure));
    }

    /** Words from outside, as far as they belong into a message: one line, not too long, no token. */
    public static String said(@Nullable String words) {
        var line = LONG_WORD.matcher(words == null ? "no reason given" : words).replaceAll("...")
                .replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= SAID_LENGTH_MAX ? line : line.substring(0, SAID_LENGTH_MAX) + "...";
    }

    /** Whether a failure says that its thread was interrupted; a time-out does not. */
    public static boolean interrupts(Throwable failure) {
        return causes(failure).anyMatch(cause -> cause instanceof InterruptedException
                || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException)));
    }

    /** A failure and what caused it, the first of this class. */
    public static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
        return causes(failure).filter(kind::isInstance).map(kind::cast).findFirst();
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

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(DEPTH_MAX);
    }
}
