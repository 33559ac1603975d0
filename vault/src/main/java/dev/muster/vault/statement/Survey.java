// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.statement;

import dev.muster.vault.statement.Outcome.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a listing of statements came to.
 *
 * @param said what was said, in the order of the keys
 * @param refused what lies among statements and is none
 * @param vanished whether something was listed and gone before it was read: what replaces it may not be here
 */
public record Survey<T>(List<T> said, List<Refused<T>> refused, boolean vanished) {

    static <T> Survey<T> of(Collection<Outcome<T>> outcomes) {
        List<T> said = new ArrayList<>();
        List<Refused<T>> refused = new ArrayList<>();
        boolean vanished = false;
        for (Outcome<T> outcome : outcomes) {
            switch (outcome) {
                case Outcome.Said<T>(T what) -> said.add(what);
                case Refused<T> refusal -> refused.add(refusal);
                case Outcome.Vanished<T> _ -> vanished = true;
            }
        }
        return new Survey<>(said, refused, vanished);
    }

    /** Whether something may have been said that could not be read. */
    public boolean hasUnreadable() {
        return refused.stream().anyMatch(Refused::perhapsAuthentic);
    }
}
