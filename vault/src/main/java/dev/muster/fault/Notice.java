// SPDX-License-Identifier: Apache-2.0
package dev.muster.fault;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a fault that a user reads, and what a program may decide by.
 *
 * @param code stable name, family first: {@code store.not-found}
 * @param what what happened: one sentence without its full stop
 * @param subject what it happened to: an object, a host, a file; never a secret, never row data
 * @param remedy what the user can do: whole sentences
 * @param kind decides the exit status
 * @param retryable whether the same call may succeed later with nothing changed
 * @param cause the exception underneath
 */
public record Notice(String code, String what, String subject, String remedy, FaultKind kind, boolean retryable,
        @Nullable Throwable cause) {

    private static final Pattern CODE = Pattern.compile("[a-z]+(\\.[a-z0-9-]+)+");

    public Notice {
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("not a fault code: " + code);
        }
        if (what.isBlank() || subject.isBlank() || remedy.isBlank()) {
            throw new IllegalArgumentException("fault " + code + " must say what happened, to what, and what to do");
        }
    }

    /**
     * A notice of kind FAILED that a retry does not help. The code must be a string literal here: the list in
     * docs/errors.md is held to the source by it.
     */
    public static Notice of(String code, String what, String subject, String remedy) {
        return new Notice(code, what, subject, remedy, FaultKind.FAILED, false, null);
    }

    /** This notice as one about the command line or the configuration. */
    public Notice usage() {
        return withKind(FaultKind.USAGE);
    }

    /** This notice as one about damaged or missing stored data. */
    public Notice damage() {
        return withKind(FaultKind.DAMAGE);
    }

    /** This notice as one about a missed objective. */
    public Notice objective() {
        return withKind(FaultKind.OBJECTIVE);
    }

    /** This notice, saying that the same call may succeed later. */
    public Notice worthRetrying() {
        return new Notice(code, what, subject, remedy, kind, true, cause);
    }

    /** This notice with the exception underneath it. */
    public Notice because(@Nullable Throwable newCause) {
        return new Notice(code, what, subject, remedy, kind, retryable, newCause);
    }

    private Notice withKind(FaultKind newKind) {
        return new Notice(code, what, subject, remedy, newKind, retryable, cause);
    }
}
