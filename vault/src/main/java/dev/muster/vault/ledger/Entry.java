// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.ledger;

import dev.muster.vault.object.Decoder;
import dev.muster.vault.object.Encoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What became of one action (docs/format.md, section 7). */
public sealed interface Entry {

    int BYTES_MAX = 16 << 10;

    /** How an action went. */
    enum Outcome {
        BEGUN(0), DONE(1), FAILED(2), REFUSED(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        static Outcome read(Decoder in) {
            int code = in.u8();
            return Arrays.stream(values())
                    .filter(outcome -> outcome.code == code)
                    .findFirst()
                    .orElseThrow(() -> in.damage("an outcome is " + code));
        }
    }

    /**
     * An entry of the form that this release writes.
     *
     * @param time by the host's clock
     * @param action {@code family.verb}
     * @param outcome how it went
     * @param system which protected system it is about; empty for none
     * @param subject what it was done to, in words
     * @param facts counts, LSNs, digests and names; no secrets and no rows
     */
    record Known(Instant time, String action, Outcome outcome, String system, String subject, Map<String, String> facts)
            implements
                Entry {

        public static final int ACTION_BYTES_MAX = 64;
        public static final int SYSTEM_BYTES_MAX = 256;
        public static final int FACTS_BYTES_MAX = 4096;

        private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9-]*\\.[a-z0-9-]+");

        public Known {
            time = time.truncatedTo(ChronoUnit.MICROS);
            facts = Map.copyOf(facts);
            Optional<String> objection = objection(action, system, subject, facts);
            if (objection.isPresent()) {
                throw new IllegalArgumentException(objection.get());
            }
        }

        private static Optional<String> objection(String action, String system, String subject,
                Map<String, String> facts) {
            if (action.length() > ACTION_BYTES_MAX || !ACTION.matcher(action).matches()) {
                return Optional.of("an action is not family.verb");
            }
            long factsBytes = facts.entrySet().stream().mapToLong(fact -> utf8(fact.getKey()) + utf8(fact.getValue()))
                    .sum();
            return utf8(system) > SYSTEM_BYTES_MAX || utf8(subject) > Encoder.TEXT_BYTES_MAX
                    || factsBytes > FACTS_BYTES_MAX
                    || facts.size() > Encoder.MAP_ITEMS_MAX
                            ? Optional.of("an entry says too much")
                            : Optional.empty();
        }

        private static long utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /**
     * An entry of another form, which a newer release wrote.
     *
     * @param bytes all of it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Unknown(byte[] bytes) implements Entry {

        public Unknown {
            if (bytes.length == 0 || bytes.length > BYTES_MAX || bytes[0] == FORM) {
                throw new IllegalArgumentException("not an entry of another form");
            }
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object object) {
            return object instanceof Unknown other && Arrays.equals(bytes, other.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** The form that this release writes. */
    byte FORM = 1;

    /** All of it, without its length. */
    default byte[] encode() {
        return switch (this) {
            case Unknown(byte[] bytes) -> bytes;
            case Known(Instant time, String action, Outcome outcome, String system, String subject, var facts) ->
                new Encoder().u8(FORM).time(time).text(action).u8(outcome.code).text(system).text(subject)
                        .map(facts).toByteArray();
        };
    }

    /** Reads what {@link #encode} made. */
    static Entry decode(byte[] bytes, Decoder outer) {
        if (bytes.length == 0) {
            throw outer.damage("an entry is empty");
        }
        if (bytes[0] != FORM) {
            return new Unknown(bytes);
        }
        Decoder in = outer.of(bytes);
        in.u8();
        Instant time = in.time();
        String action = in.text(Known.ACTION_BYTES_MAX);
        Outcome outcome = Outcome.read(in);
        String system = in.text(Known.SYSTEM_BYTES_MAX);
        String subject = in.text(Encoder.TEXT_BYTES_MAX);
        Map<String, String> facts = in.map(Encoder.MAP_ITEMS_MAX, Encoder.TEXT_BYTES_MAX);
        in.end();
        Known.objection(action, system, subject, facts).ifPresent(objection -> {
            throw in.damage(objection);
        });
        return new Known(time, action, outcome, system, subject, facts);
    }
}
