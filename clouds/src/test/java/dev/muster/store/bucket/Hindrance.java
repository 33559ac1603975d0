// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.bucket;

/** What happens to one exchange between a store and its server. */
public sealed interface Hindrance {

    /** Nothing. */
    record None() implements Hindrance {}

    /** The server is not asked: this is the answer. It names the code as the vendor does, unless that is empty. */
    record Answer(int status, String code, String message) implements Hindrance {}

    /** The server is not asked: this is the answer's body, and all is well. */
    record Body(String type, String text) implements Hindrance {}

    /** The connection is reset, before the server is asked or after it has answered. */
    record Reset(boolean afterwards) implements Hindrance {}

    /** The answer ends after so many bytes, with the connection closed in order. */
    record Cut(int bytes) implements Hindrance {}

    /** The answer stalls after so many bytes, until the proxy is told where to cut it, or closed. */
    record Stall(int bytes) implements Hindrance {}

    /** One bit of what is sent arrives flipped. */
    record Flip(int offset) implements Hindrance {}

    /** A header of the request does not arrive. */
    record Lose(String header) implements Hindrance {}
}
