// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of a result; its values are the bytes that the server sent, which are text unless a command says otherwise. */
public final class Row {

    private final List<Column> columns;
    private final byte[] @Nullable [] values;

    Row(List<Column> columns, byte[] @Nullable [] values) {
        this.columns = columns;
        this.values = values;
    }

    /** The bytes of a value, counted from 0; null for SQL's null. */
    public byte @Nullable [] bytes(int column) {
        var value = values[column];
        return value == null ? null : value.clone();
    }

    /** The text of a value, counted from 0; null for SQL's null. */
    public @Nullable String text(int column) {
        var value = values[column];
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** The text of the value in the column of this name; null for SQL's null. */
    public @Nullable String text(String column) {
        for (var i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return text(i);
            }
        }
        throw new IllegalArgumentException("the result has no column " + column);
    }
}
