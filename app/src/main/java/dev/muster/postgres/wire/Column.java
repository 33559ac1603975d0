// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

/**
 * A column of a result.
 *
 * @param name its name
 * @param type the object id of its type
 */
public record Column(String name, int type) {

    /** What is not a name and a type in a description: table, attribute, size and modifier, format. */
    static Column read(MessageBody body) {
        var name = body.string();
        body.int32();
        body.int16();
        var type = body.int32();
        body.int16();
        body.int32();
        body.int16();
        return new Column(name, type);
    }
}
