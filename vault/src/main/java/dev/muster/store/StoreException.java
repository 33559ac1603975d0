// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.fault.Fault;
import dev.muster.fault.Notice;

/**
 * What can go wrong with a store. The classes are what a program decides by; the codes within one class say more to
 * the person who reads them. Only {@link Transient} is ever {@link #retryable}.
 */
public abstract sealed class StoreException extends Fault {

    private static final long serialVersionUID = 1;

    StoreException(Notice notice) {
        super(notice);
    }

    /** The store is there, and no object has this key. */
    public static final class NotFound extends StoreException {

        private static final long serialVersionUID = 1;

        private NotFound(Notice notice) {
            super(notice);
        }

        /** No object has this key. */
        public static NotFound of(Key key, String place) {
            return new NotFound(Notice.of("store.not-found", "No object has this key", at(key, place),
                    "Run 'muster repo check': it says what needs this object and what can be had without it."));
        }
    }

    /** Something else is there already; it was left as it was. */
    public static final class AlreadyExists extends StoreException {

        private static final long serialVersionUID = 1;

        private AlreadyExists(Notice notice) {
            super(notice);
        }

        /** An object with other bytes has this key. */
        public static AlreadyExists of(Key key, String place) {
            return new AlreadyExists(Notice.of("store.already-exists", "An object with other bytes has this key",
                    at(key, place),
                    "Nothing was overwritten. Run 'muster repo check' to see whether the object there is damaged."));
        }

        /** A store was to be made where there is something already. */
        public static AlreadyExists notEmpty(String place, String found) {
            return new AlreadyExists(Notice.of("store.not-empty",
                    "A store can only be made where nothing else is, and this place holds " + found, place,
                    "Choose another place, or open the store that is there.").usage());
        }
    }

    /** The store refuses this to whoever asks. */
    public static final class Denied extends StoreException {

        private static final long serialVersionUID = 1;

        private Denied(Notice notice) {
            super(notice);
        }

        /** The permissions do not allow it. */
        public static Denied of(String subject, Throwable cause) {
            return new Denied(Notice.of("store.denied", "The store does not permit this", subject,
                    "Give the user or the role that Muster runs as the permission to read, write and list there.")
                    .because(cause));
        }

        /**
         * The store refuses this and says why.
         *
         * @param said the store's words
         */
        public static Denied saying(String subject, String said, Throwable cause) {
            return new Denied(Notice.of("store.denied", "The store does not permit this: " + said, subject,
                    "Give the user or the role that Muster runs as the permission to read, write and list there.")
                    .because(cause));
        }

        /** The store does not know who asks. */
        public static Denied unknownCaller(String subject, String why, Throwable cause) {
            return new Denied(Notice.of("store.credentials", "The store does not accept the credentials: " + why,
                    subject, "Check which key or role Muster finds here, and that the store knows it.")
                    .because(cause));
        }

        /** The credentials are past their time. */
        public static Denied expired(String subject, String why, Throwable cause) {
            return new Denied(Notice.of("store.credentials-expired", "The credentials have expired: " + why, subject,
                    "Get new ones; a role or a web identity is renewed by itself.")
                    .because(cause));
        }

        /**
         * The clocks differ too much for the store to believe a request.
         *
         * @param clocks both of them
         */
        public static Denied skewed(String subject, String clocks, Throwable cause) {
            return new Denied(Notice.of("store.clock-skew",
                    "The clock here and the store's differ too much: " + clocks, subject,
                    "Set this machine's clock, best by NTP.")
                    .because(cause));
        }

        /** Whoever answers there cannot prove to be the store, or does not speak TLS. */
        public static Denied untrusted(String subject, String why, Throwable cause) {
            return new Denied(Notice.of("store.tls", "No trusted connection to the store: " + why, subject,
                    "Check the address and its certificate; an authority of your own must be one that Java trusts.")
                    .because(cause));
        }

        /** The object lies in a class of storage from which it must be brought back first. */
        public static Denied archived(String subject, Throwable cause) {
            return new Denied(Notice.of("store.archived", "The object has been archived and cannot be read at once",
                    subject, "Have the store restore it, and take archiving out of the bucket's lifecycle rules.")
                    .because(cause));
        }

        /** The store does not take a request of this kind. */
        public static Denied refused(String subject, String said, Throwable cause) {
            return new Denied(Notice.of("store.refused", "The store refuses this request: " + said, subject,
                    "Check the settings of the repository against what this kind of store can do.")
                    .because(cause));
        }

        /** The store, or the file system under it, can only be read. */
        public static Denied readOnly(String subject) {
            return new Denied(Notice.of("store.read-only", "The store can only be read", subject,
                    "Open it for writing, or mount the file system under it so that it can be written."));
        }
    }

    /** The object is not as long as the range that was to be read, or longer than may be read at once. */
    public static final class OutOfRange extends StoreException {

        private static final long serialVersionUID = 1;

        private OutOfRange(Notice notice) {
            super(notice);
        }

        /** The range reaches outside the object. */
        public static OutOfRange of(Key key, String place, Range range) {
            return new OutOfRange(Notice.of("store.out-of-range", "The object is shorter than what was to be read",
                    range + " of " + at(key, place),
                    "Run 'muster repo check': an object that was cut is found by it.").damage());
        }

        /** The object is too long to be held in memory. */
        public static OutOfRange tooLong(Key key, long lengthBytes, long lengthBytesMax) {
            return new OutOfRange(Notice.of("store.too-long",
                    "The object has " + lengthBytes + " bytes and at most " + lengthBytesMax + " were expected",
                    key.value(), "Run 'muster repo check': no object of Muster's own is as long.").damage());
        }
    }

    /** Bytes are not those that were announced. */
    public static final class Corrupt extends StoreException {

        private static final long serialVersionUID = 1;

        private Corrupt(Notice notice) {
            super(notice);
        }

        /** What was to be put is not what its length or digest announced: nothing was put. */
        public static Corrupt mismatch(String subject, String difference) {
            return new Corrupt(Notice.of("store.content-mismatch",
                    "The bytes to be stored are not those announced (" + difference + "): nothing was stored",
                    subject,
                    "Try again; if it comes back, test the memory of this machine and the disk it read from.")
                    .damage());
        }

        /** What the store received is not what was sent: nothing is visible. */
        public static Corrupt refused(String subject, Throwable cause) {
            return new Corrupt(Notice.of("store.damaged-in-transit", "The store received other bytes than were sent",
                    subject, "Try again; if it comes back, look at the network and proxies before the store.")
                    .damage()
                    .because(cause));
        }
    }

    /** It did not work this time, for a reason that may pass. Whether a write took effect is not known. */
    public static final class Transient extends StoreException {

        private static final long serialVersionUID = 1;

        private Transient(Notice notice) {
            super(notice);
        }

        /** The store, the way to it or the disk under it failed. */
        public static Transient of(String subject, Throwable cause) {
            return new Transient(Notice.of("store.unreachable", "The store did not do this: " + reason(cause), subject,
                    "Muster tries again by itself; see that the store, the way to it and the disk under it work.")
                    .worthRetrying()
                    .because(cause));
        }

        /** The store is asking for fewer requests, or has no capacity for this one. */
        public static Transient busy(String subject, Throwable cause) {
            return new Transient(Notice.of("store.busy", "The store asks for fewer requests", subject,
                    "Muster tries again by itself; if it goes on, run fewer captures at once.")
                    .worthRetrying()
                    .because(cause));
        }

        /** The bytes of an object ended early. */
        public static Transient shortRead(String subject, long missingBytes) {
            return new Transient(Notice.of("store.short-read",
                    "The bytes ended " + missingBytes + " too early", subject,
                    "Muster tries again by itself; 'muster repo check' tells whether the object was cut.")
                    .worthRetrying());
        }

        private static String reason(Throwable cause) {
            var message = cause.getMessage();
            return message == null ? cause.getClass().getSimpleName() : message;
        }
    }

    /** There is no room for more. */
    public static final class Full extends StoreException {

        private static final long serialVersionUID = 1;

        private Full(Notice notice) {
            super(notice);
        }

        /** No room, or a quota is used up. */
        public static Full of(String subject, Throwable cause) {
            return new Full(Notice.of("store.full", "The store has no room left", subject,
                    "Make room: see 'muster retain --plan' and 'muster repo gc', or enlarge the disk or the quota.")
                    .because(cause));
        }
    }

    /** The store itself is not there: a volume that is not mounted, a wrong address. Never an empty store. */
    public static final class Absent extends StoreException {

        private static final long serialVersionUID = 1;

        private Absent(Notice notice) {
            super(notice);
        }

        /** No store is here. */
        public static Absent of(String place, String why) {
            return new Absent(Notice.of("store.absent", "No store is here: " + why, place,
                    "Mount the volume, or correct the address; 'muster init' makes a new store."));
        }

        /** There is no such bucket. */
        public static Absent noBucket(String place, String bucket) {
            return new Absent(Notice.of("store.no-bucket", "There is no bucket named " + bucket, place,
                    "Correct the name, the endpoint or the region, or make the bucket: Muster makes none."));
        }

        /** The bucket is somewhere else. */
        public static Absent elsewhere(String place, String where) {
            return new Absent(Notice.of("store.wrong-region", "The bucket is not in this region: " + where, place,
                    "Name the right region in the repository's address."));
        }

        /** A store was here and is gone, or another has taken its place. */
        public static Absent vanished(String place, String why) {
            return new Absent(Notice.of("store.vanished", "The store that was open is gone: " + why, place,
                    "Mount the volume again. Nothing was written to what is there now."));
        }
    }

    private static String at(Key key, String place) {
        return key + " in " + place;
    }
}
