// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which authentication the client accepts from a server.
 *
 * @param accepted the methods that the server may ask for
 * @param channelBinding whether it must be tied to TLS
 */
public record AuthRules(Set<AuthMethod> accepted, ChannelBinding channelBinding) {

    public AuthRules {
        accepted = Set.copyOf(accepted);
    }

    static AuthRules from(Said said) {
        return new AuthRules(accepted(said),
                said.choice(Keyword.CHANNEL_BINDING, ChannelBinding.class, ChannelBinding.PREFER));
    }

    /** Either the methods that are accepted, or, each after an exclamation mark, those that are not. */
    private static Set<AuthMethod> accepted(Said said) {
        var named = EnumSet.noneOf(AuthMethod.class);
        var list = said.list(Keyword.REQUIRE_AUTH);
        var refusals = list.stream().filter(each -> each.startsWith("!")).count();
        if (refusals > 0 && refusals < list.size()) {
            throw new ConninfoFault.Invalid("Methods with and without '!' cannot stand together",
                    Keyword.REQUIRE_AUTH.text());
        }
        for (var each : list) {
            var method = Said.choice(Keyword.REQUIRE_AUTH, AuthMethod.class, refusals > 0 ? each.substring(1) : each);
            if (!named.add(method)) {
                throw new ConninfoFault.Invalid("The method " + method.text() + " is there twice",
                        Keyword.REQUIRE_AUTH.text());
            }
        }
        return refusals > 0 || list.isEmpty() ? EnumSet.complementOf(named) : named;
    }
}
