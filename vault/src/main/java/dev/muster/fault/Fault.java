// SPDX-License-Identifier: Apache-2.0
package dev.muster.fault;

/**
 * The root of everything that Muster throws on purpose. Each package has one sealed family under it:
 *
 * <pre>{@code
 * public abstract sealed class StoreFault extends Fault {
 *     public static final class NotFound extends StoreFault {
 *         public NotFound(String key) {
 *             super(Notice.of("store.not-found", "No object has this key", key, "Run 'muster repo check'."));
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>A broken invariant of the program itself is not a fault: it is an IllegalStateException.
 */
public abstract class Fault extends RuntimeException {

    private final transient Notice notice;

    protected Fault(Notice notice) {
        super(notice.what() + ": " + notice.subject(), notice.cause());
        this.notice = notice;
    }

    /** Stable name such as {@code store.not-found}, listed in docs/errors.md. */
    public final String code() {
        return notice.code();
    }

    /** What happened: one sentence without its full stop. */
    public final String what() {
        return notice.what();
    }

    /** What it happened to. */
    public final String subject() {
        return notice.subject();
    }

    /** What the user can do about it. */
    public final String remedy() {
        return notice.remedy();
    }

    /** Decides the exit status. */
    public final FaultKind kind() {
        return notice.kind();
    }

    /** Whether the same call may succeed later with nothing changed. */
    public final boolean retryable() {
        return notice.retryable();
    }
}
