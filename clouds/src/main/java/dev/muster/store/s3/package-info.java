// SPDX-License-Identifier: Apache-2.0
/** Stores on S3 and on servers that speak its protocol. */
@NullMarked
package dev.muster.store.s3;

import org.jspecify.annotations.NullMarked;
