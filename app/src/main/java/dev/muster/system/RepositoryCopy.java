// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

/**
 * Another place where all of a repository is to be.
 *
 * @param name what people call it: lower-case letters, digits and dashes
 * @param url as of a repository
 */
public record RepositoryCopy(String name, String url) {}
