// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.ReadTarget;
import dev.muster.postgres.restore.RecoveryTarget;
import dev.muster.postgres.restore.RestoreRequest;
import dev.muster.postgres.server.TestServers;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** From real repositories to servers that hold exactly what their source held. */
class RestoreClusterTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static RestoreRequest request(String target, Path directory) {
        return RestoreRequest.to(new ReadTarget(ZoneOffset.UTC).read(target, false), directory);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void eachTargetBringsBackWhatWasThereThen(int major) throws Exception {
        try (var source = ProtectedServer.start(SERVERS, major)) {
            var server = source.server();
            server.execute("create table t (n int primary key)", "insert into t values (1)");
            var snapshot = source.backUp().snapshot();
            var rows = new LinkedHashMap<String, Integer>();
            rows.put(snapshot, 1);
            rows.put("immediate", 1);
            server.execute("insert into t values (2)");
            rows.put(new RecoveryTarget.Time(source.now(), false).toString(), 2);
            var xid = server.query("with i as (insert into t values (3)) select pg_current_xact_id()").getFirst();
            rows.put("xid:" + xid, 3);
            rows.put("lsn:" + source.position(), 3);
            server.execute("select pg_create_restore_point('release 7')", "insert into t values (4)");
            rows.put("name:release 7", 3);
            rows.put("latest", 4);
            source.caughtUp();

            for (var target : rows.entrySet()) {
                var kit = new RestoreKit(SERVERS, source);
                var restored = kit.restore(request(target.getKey(), kit.into()));
                try (var copy = kit.start(restored)) {
                    assertThat(copy.query("select count(*) from t")).as("rows at %s of %d", target.getKey(), major)
                            .containsExactly(target.getValue().toString());
                }
                assertThat(restored.reached().promotedTo()).isPresent();
            }
        }
    }
}
