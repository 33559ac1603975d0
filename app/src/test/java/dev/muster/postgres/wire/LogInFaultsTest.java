// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.postgres.wire.ScriptedServer.Script;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.work.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.muster.postgres.wire.ScriptedServer.concat;
import static dev.muster.postgres.wire.ScriptedServer.error;
import static dev.muster.postgres.wire.ScriptedServer.int32;
import static dev.muster.postgres.wire.ScriptedServer.raw;
import static dev.muster.postgres.wire.ScriptedServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that are not, or not the right ones, until somebody is logged in. */
class LogInFaultsTest {

    private final TestWire wire = new TestWire();

    private void assertFault(Class<? extends Fault> type, String message, String more, Script script)
            throws IOException {
        try (var server = new ScriptedServer(script)) {
            assertThatThrownBy(() -> wire.connect(server.conninfo() + " " + more, SessionKind.SQL)).isInstanceOf(type)
                    .hasMessageContaining(message).hasMessageNotContaining("hunter2");
        }
    }

    private void assertTlsFault(Class<? extends Fault> type, String mode, Script script) throws IOException {
        try (var server = new ScriptedServer(script)) {
            assertThatThrownBy(() -> wire.connect(server.conninfo(mode), SessionKind.SQL)).isInstanceOf(type)
                    .hasMessageNotContaining("evil");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "HTTP/1.1 400 Bad Request\r\n", "E\0\0\0\20SFATAL\0Mevil\0\0", "SS", "S\u0016\u0003"})
    void anAnswerToTheRequestForTlsIsOneByteAndYesOrNo(String answer) throws IOException {
        for (var mode : new String[]{"prefer", "require"}) {
            assertTlsFault(WireFault.Protocol.class, mode, line -> {
                line.readUntyped();
                line.send(answer.getBytes(StandardCharsets.ISO_8859_1));
                line.awaitEnd();
            });
        }
    }

    @Test
    void whatIsSentInTheClearAfterTheServerAgreedNeverCounts() throws IOException {
        // As it arrives: with the server's answer, or in the middle of TLS.
        assertTlsFault(Fault.class, "require", line -> {
            line.readUntyped();
            line.send(raw("S"));
            line.send('R', int32(0)).send('S', text("evil", "1")).send('Z', raw("I"));
            line.awaitEnd();
        });
    }

    @Test
    void aServerThatGoesWhenAskedForTlsIsALostConnection() throws IOException {
        assertTlsFault(TransportFault.Lost.class, "require", ScriptedServer.Line::readUntyped);
        assertTlsFault(Fault.class, "require", line -> {
            line.readUntyped();
            line.send(raw("S"));
        });
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        for (var mode : new String[]{"require", "disable"}) {
            try (var server = new ScriptedServer(ScriptedServer.Line::awaitEnd)) {
                var hasty = server.conninfo(mode).replace("connect_timeout=20", "connect_timeout=1");

                assertThatThrownBy(() -> wire.connect(hasty, SessionKind.SQL))
                        .isInstanceOf(TransportFault.TimedOut.class);
            }
        }
    }

    @Test
    void aServerThatDripsIsGivenUpToo() throws IOException {
        var wait = new Wait(System::nanoTime);
        try (var server = new ScriptedServer(line -> {
            line.readUntyped();
            while (true) {
                line.send(ScriptedServer.message('N', error("NOTICE", "00000", "still there")));
                try {
                    wait.pause(Duration.ofMillis(50));
                } catch (InterruptedException e) {
                    return;
                }
                if (Thread.interrupted()) {
                    return;
                }
            }
        })) {
            assertThatThrownBy(() -> wire.connect(server.conninfo(), SessionKind.SQL)).isInstanceOf(Fault.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"Z, 'I'", "S, 'a\0b\0'", "N, 'SNOTICE\0\0'", "K, 'abcdefgh'", "T, 'ab'", "v, 'abcdefgh'"})
    void nothingBelongsBeforeAuthentication(char type, String contents) throws IOException {
        assertFault(WireFault.Protocol.class, "request to authenticate", "", line -> {
            line.readUntyped();
            line.send(type, raw(contents)).send('R', int32(0)).send('Z', raw("I"));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 30_001})
    void anImpossibleLengthIsNotBelieved(int length) throws IOException {
        for (var type : new char[]{'R', 'E', 'S'}) {
            assertFault(WireFault.Protocol.class, "impossible length", "", line -> {
                line.readUntyped();
                line.send(concat(raw(String.valueOf(type)), int32(length), new byte[100]));
                line.awaitEnd();
            });
        }
    }

    @Test
    void whatIsNotPostgresIsSaidToBeNot() throws IOException {
        assertFault(WireFault.Protocol.class, "unknown type", "", line -> {
            line.readUntyped();
            line.send(raw("\u0001\u0002 some other protocol"));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6, 7, 8, 9, 13, -1})
    void anAuthenticationThatIsNotKnownIsRefused(int code) throws IOException {
        assertFault(AuthFault.Refused.class, "server asks for", "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(code), new byte[8]));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab"})
    void aRequestThatIsCutOffIsRefused(String contents) throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            line.send('R', raw(contents));
            line.awaitEnd();
        });
    }

    @Test
    void aSaltOfTheWrongSizeIsRefused() throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(5), raw("abc")));
            line.awaitEnd();
        });
    }

    @Test
    void aSecondPasswordIsNotGivenAway() throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(5), raw("abcd")));
            line.read();
            line.send('R', int32(3));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @CsvSource({"SCRAM-SHA-512, no mechanism", "SCRAM-SHA-256-PLUS, without TLS", "PLAIN, no mechanism"})
    void anOfferThatCannotBeTakenIsRefused(String mechanism, String why) throws IOException {
        assertFault(AuthFault.Refused.class, why, "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(10), text(mechanism), new byte[]{0}));
            line.awaitEnd();
        });
    }

    @Test
    void anOfferThatDoesNotEndIsRefused() throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(10), raw("SCRAM-SHA-256")));
            line.awaitEnd();
        });
    }

    /** Plays SCRAM up to the client's first message and returns its nonce. */
    private static String scram(ScriptedServer.Line line) throws IOException {
        line.readUntyped();
        line.send('R', concat(int32(10), text("SCRAM-SHA-256"), new byte[]{0}));
        var first = new String(line.read(), StandardCharsets.UTF_8);
        return first.substring(first.indexOf("r=") + 2);
    }

    @Test
    void aServerThatDoesNotProveThatItKnowsThePasswordIsNotTalkedTo() throws IOException {
        assertFault(AuthFault.Unproven.class, "did not prove", "", line -> {
            var nonce = scram(line);
            line.send('R', concat(int32(11), raw("r=" + nonce + "abc,s=c2FsdHNhbHQ=,i=4096")));
            line.read();
            line.send('R', concat(int32(12), raw("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));
            line.awaitEnd();
        });
        assertFault(AuthFault.Unproven.class, "did not prove", "", line -> {
            var nonce = scram(line);
            line.send('R', concat(int32(11), raw("r=" + nonce + "abc,s=c2FsdHNhbHQ=,i=4096")));
            line.read();
            line.send('R', int32(0)).send('Z', raw("I"));
            line.awaitEnd();
        });
        assertFault(AuthFault.Unproven.class, "did not prove", "", line -> {
            scram(line);
            line.send('R', int32(0)).send('Z', raw("I"));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"r=NONCEabc,s=c2FsdA==,i=2000000000", "r=NONCEabc,s=c2FsdA==,i=1000001",
            "r=NONCEabc,s=c2FsdA==,i=99999999999999999999", "r=NONCEabc,s=c2FsdA==,i=0", "r=NONCEabc,s=c2FsdA==,i=-1",
            "r=NONCEabc,s=c2FsdA==", "r=othernonce,s=c2FsdA==,i=4096", "r=NONCEabc,s=,i=4096", "", "nonsense",
            "r=NONCEabc,s=***,i=4096", "m=ext,r=NONCEabc,s=c2FsdA==,i=4096"})
    void aServersPartOfScramThatIsNotPlausibleIsRefused(String message) throws IOException {
        assertFault(AuthFault.Refused.class, "SCRAM", "", line -> {
            var nonce = scram(line);
            line.send('R', concat(int32(11), raw(message.replace("NONCE", nonce))));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12})
    void scramDoesNotBeginInTheMiddle(int code) throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            line.send('R', concat(int32(code), raw("v=abc")));
            line.awaitEnd();
        });
    }

    @ParameterizedTest
    @CsvSource({"57P03, wire.server-error, true", "53300, wire.server-error, true", "28P01, wire.auth-failed, false",
            "28000, wire.auth-failed, false", "XX000, wire.server-error, false"})
    void anErrorInsteadOfALogInIsTold(String sqlState, String code, boolean retryable) throws IOException {
        try (var server = new ScriptedServer(line -> {
            line.readUntyped();
            line.send('E', error("FATAL", sqlState, "not \u0007 today"));
        })) {
            assertThatThrownBy(() -> wire.connect(server.conninfo(), SessionKind.SQL))
                    .isInstanceOfSatisfying(Fault.class, e -> {
                        assertThat(e.code()).isEqualTo(code);
                        assertThat(e.retryable()).isEqualTo(retryable);
                        assertThat(e.getMessage()).contains(sqlState).contains("not   today");
                    });
        }
    }

    @Test
    void anErrorAfterAuthenticationIsTold() throws IOException {
        assertFault(WireFault.ServerError.class, "3D000", "", line -> {
            line.readUntyped();
            line.send('R', int32(0)).send('E', error("FATAL", "3D000", "no such database"));
        });
    }

    @Test
    void aServerThatReportsWithoutEndIsGivenUp() throws IOException {
        assertFault(WireFault.Protocol.class, "more than 1000 parameters", "", line -> {
            line.readUntyped();
            line.send('R', int32(0));
            for (var i = 0; i < 5_000; i++) {
                line.send('S', text("name" + i, "value"));
            }
            line.awaitEnd();
        });
    }

    @Test
    void aServerThatAsksWithoutEndIsGivenUp() throws IOException {
        assertFault(AuthFault.Refused.class, "rules of authentication", "", line -> {
            line.readUntyped();
            while (true) {
                line.send('R', int32(3));
            }
        });
    }
}
