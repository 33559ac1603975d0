// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConninfoTextTest {

    private static final long SEED = 20_261_120;

    private static String said(String conninfo) {
        return ConninfoText.read(conninfo)
                .entrySet()
                .stream()
                .map(each -> each.getKey().text() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "postgresql://ann:s3cret@db1:6432/shop | user=ann password=s3cret dbname=shop host=db1 port=6432",
            "postgres://ann@db1/shop | user=ann dbname=shop host=db1", "postgresql://db1 | host=db1",
            "postgresql://db1:6432 | host=db1 port=6432", "postgresql:///shop | dbname=shop",
            "postgresql://ann@ | user=ann", "postgresql://@db1 | host=db1", "postgresql://db1:/ | host=db1",
            "postgresql://:6432/ | port=6432", "postgresql://ann@/shop | user=ann dbname=shop",
            "postgresql://[2001:db8::7]:6432/shop | dbname=shop host=2001:db8::7 port=6432",
            "postgresql://[::1] | host=::1",
            "postgresql://db1,db2:6433,[::1]:6434/shop | dbname=shop host=db1,db2,::1 port=,6433,6434",
            "postgresql://%2Fvar%2Frun%2Fpostgresql/shop | dbname=shop host=/var/run/postgresql",
            "postgresql:///shop?host=/tmp&port=6432 | dbname=shop host=/tmp port=6432",
            "postgresql://a%40b:p%2Fw%3A%25@db1/s%20p | user=a@b password=p/w:% dbname=s p host=db1",
            "postgresql://db1?sslmode=require&connect_timeout=5 | connect_timeout=5 host=db1 sslmode=require",
            "postgresql://db1?ssl=true | host=db1 sslmode=require",
            "postgresql://db1?s%73lmode=disable | host=db1 sslmode=disable",
            "postgresql://db1?options=-c%20geqo%3Doff | host=db1 options=-c geqo=off",
            "postgresql://db1?options=a+b | host=db1 options=a+b",
            "postgresql://ann@db1?user=bob | user=bob host=db1", "postgresql://db1? | host=db1",
            "postgresql://%C3%BCmit@db1 | user=\u00fcmit host=db1"})
    void aUrlIsTakenApart(String url, String expected) {
        assertThat(said(url)).isEqualTo(expected);
    }

    @Test
    void anEmptyUrlSaysNothing() {
        assertThat(said("postgresql://")).isEmpty();
        assertThat(said("postgres:///")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://[::1", "postgresql://[]", "postgresql://[::1]z", "postgresql://db1?zzz",
            "postgresql://db1?a&b", "postgresql://db1?host=b=c", "postgresql://db1?dbname=%XX", "postgresql://a%00b",
            "postgresql://%zz", "postgresql://%1", "postgresql://%", "postgresql://db1?uzer=", "postgre://db1",
            "postgresql://db1?ssl=false"})
    void aUrlThatCannotBeReadIsRefused(String url) {
        assertThatThrownBy(() -> said(url)).isInstanceOf(ConninfoFault.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"host=db1 port=6432 | host=db1 port=6432",
            "host = db1   user= ann | user=ann host=db1",
            "user='a b' password='it\\'s \\\\' | user=a b password=it's \\",
            "user=a\\ b | user=a b", "user='' | user=", "user= host=db1 | user=host=db1", "host=a host=b | host=b",
            "options='-c a=b' | options=-c a=b", "user=a'b' | user=a'b'"})
    void pairsAreTakenApart(String pairs, String expected) {
        assertThat(said(pairs)).isEqualTo(expected);
    }

    @Test
    void whiteSpaceOfAnyKindSeparatesPairs() {
        assertThat(said("\thost=db1\r\n port\f=6432 ")).isEqualTo("host=db1 port=6432");
        assertThat(said("   ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host port=1", "=db1", "hosts=db1", "host='db1", "host='db1\\'", "HOST=db1"})
    void pairsThatCannotBeReadAreRefused(String pairs) {
        assertThatThrownBy(() -> said(pairs)).isInstanceOf(ConninfoFault.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://ann:hunter2%@db1", "postgresql://ann:hun/hunter2@db1:5432/shop",
            "postgresql://ann:hunter2@db1?hunter2", "password=x hunter2", "password='hunter2",
            "postgresql://ann:x@db1?password=hunter2=1", "postgresql://ann:5x/hunter2@db1"})
    void noMessageRepeatsAPassword(String conninfo) {
        var surroundings = new Surroundings(Map.of(), Optional.empty(), "os");
        assertThatThrownBy(() -> new ConninfoResolver(surroundings).resolve(conninfo))
                .isInstanceOf(ConninfoFault.class)
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void anythingAtAllIsEitherReadOrRefused() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var pieces = new String[]{"postgresql://", "host", "=", "'", "\\", " ", "%", "2F", "[", "]", ":", "@", ",",
                "/", "?", "&", "port", "a", "\u00fc", "\0"};
        for (var i = 0; i < 20_000; i++) {
            var text = anything(random, pieces);
            try {
                assertThat(ConninfoText.read(text)).isNotNull();
            } catch (ConninfoFault e) {
                assertThat(e.code()).as("seed %d, text %s", SEED, text).isEqualTo("conninfo.invalid");
            }
        }
    }

    private static String anything(RandomGenerator random, String[] pieces) {
        var text = new StringBuilder(random.nextBoolean() ? "postgresql://" : "");
        for (var length = random.nextInt(12); length > 0; length--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }
}
