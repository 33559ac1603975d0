// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.proof;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Encoder;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One examination and how it ended (docs/format.md, section 7, kind 19).
 *
 * @param instance of the repository, from the charter
 * @param origin who made it, and when
 * @param subject of what
 * @param result how it ended
 * @param examined what was looked at
 * @param recovery what a server recovered, if one ran
 */
public record Proof(Uid instance, Origin origin, Subject subject, Result result, Examined examined, Recovery recovery) {

    static final int ITEMS_MAX = 4096;
    static final int FAILURES_MAX = 256;

    /**
     * Who made it.
     *
     * @param session of the ledger; {@link Uid#NONE} if none was written
     * @param begun by the host's clock
     * @param ended by the host's clock
     * @param host the name of the machine
     * @param user of its operating system
     */
    public record Origin(Uid session, Instant begun, Instant ended, String host, String user) {

        public Origin {
            begun = begun.truncatedTo(ChronoUnit.MICROS);
            ended = ended.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /**
     * What was examined.
     *
     * @param system the protected system; empty for all
     * @param snapshot its digest; {@link Digest#NONE} if it is not about one
     * @param version of its object, if the store has versions; else empty
     */
    public record Subject(String system, Digest snapshot, String version) {

        /** The whole repository. */
        public static final Subject EVERYTHING = new Subject("", Digest.NONE, "");
    }

    /**
     * How it ended.
     *
     * @param level how much was to be shown
     * @param held whether it was shown
     * @param assertions what was asked of restored data
     * @param failures why it was not shown, the first of them
     * @param expires from when on it counts no more, by the clock of the store
     */
    public record Result(Level level, boolean held, List<Assertion> assertions, List<String> failures,
            Instant expires) {

        public Result {
            assertions = List.copyOf(assertions);
            failures = List.copyOf(failures);
            expires = expires.truncatedTo(ChronoUnit.MICROS);
            if (assertions.size() > ITEMS_MAX || failures.size() > FAILURES_MAX) {
                throw new IllegalArgumentException("a result says too much");
            }
        }
    }

    /**
     * One question that was asked.
     *
     * @param name what it is called
     * @param held whether the answer was the right one
     * @param count of rows, or whatever it counts
     * @param lsn at which it was counted; unsigned
     */
    public record Assertion(String name, boolean held, long count, long lsn) {

        static Assertion read(Decoder in) {
            return new Assertion(in.text(Encoder.TEXT_BYTES_MAX), flag(in), in.varint(), in.u64());
        }

        void write(Encoder out) {
            out.text(name).u8(held ? 1 : 0).varint(count).u64(lsn);
        }
    }

    /**
     * What a server recovered.
     *
     * @param wal stretches that it used
     * @param target LSN that it had to reach, unsigned; 0 if none ran
     * @param serverVersion number as the server says it, like 170004; 0 if none ran
     */
    public record Recovery(List<WalNeed> wal, long target, long serverVersion) {

        public static final Recovery NONE = new Recovery(List.of(), 0, 0);

        public Recovery {
            wal = List.copyOf(wal);
            if (wal.size() > ITEMS_MAX) {
                throw new IllegalArgumentException("too many stretches of WAL");
            }
        }
    }

    public byte[] encode() {
        Encoder out = new Encoder().uid(instance)
                .uid(origin.session)
                .time(origin.begun)
                .time(origin.ended)
                .text(origin.host)
                .text(origin.user)
                .text(subject.system)
                .u8(result.level.code())
                .u8(result.held ? 1 : 2)
                .digest(subject.snapshot)
                .text(subject.version);
        examined.write(out);
        return out.list(recovery.wal, (each, need) -> need.write(each))
                .u64(recovery.target)
                .u32(recovery.serverVersion)
                .list(result.assertions, (each, assertion) -> assertion.write(each))
                .list(result.failures, Encoder::text)
                .time(result.expires)
                .toByteArray();
    }

    public static Proof decode(Decoder in) {
        Uid instance = in.uid();
        Origin origin = new Origin(in.uid(), in.time(), in.time(), text(in), text(in));
        String system = text(in);
        Level level = Level.read(in);
        int outcome = in.u8();
        if (outcome < 1 || outcome > 2) {
            throw in.damage("an outcome is " + outcome);
        }
        Subject subject = new Subject(system, in.digest(), text(in));
        Examined examined = Examined.read(in);
        Recovery recovery = new Recovery(in.list(ITEMS_MAX, WalNeed::read), in.u64(), in.u32());
        Result result = new Result(level, outcome == 1, in.list(ITEMS_MAX, Assertion::read),
                in.list(FAILURES_MAX, Proof::text), in.time());
        return new Proof(instance, origin, subject, result, examined, recovery);
    }

    private static String text(Decoder in) {
        return in.text(Encoder.TEXT_BYTES_MAX);
    }

    private static boolean flag(Decoder in) {
        int flag = in.u8();
        if (flag > 1) {
            throw in.damage("neither yes nor no");
        }
        return flag == 1;
    }
}
