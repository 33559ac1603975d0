// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.gcs;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one server of a run to the tests that ask for it, and ends it behind the last. */
final class SharedGcs implements ParameterResolver {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    /** A prefix that no other test has. */
    static String newPrefix() {
        return "stores/number-" + PREFIXES.incrementAndGet();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == GcsStandIn.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(Namespace.create(SharedGcs.class))
                .computeIfAbsent("server", _ -> started(), GcsStandIn.class);
    }

    private static GcsStandIn started() {
        try {
            return GcsStandIn.start();
        } catch (Exception e) {
            throw new IllegalStateException("the stand-in does not start", e);
        }
    }
}
