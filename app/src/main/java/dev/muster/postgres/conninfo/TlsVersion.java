// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

/** The versions of TLS that can be named as a bound. Muster speaks 1.2 and 1.3 only. */
public enum TlsVersion implements Spelled {
    V1_0("TLSv1"), V1_1("TLSv1.1"), V1_2("TLSv1.2"), V1_3("TLSv1.3");

    private final String text;

    TlsVersion(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
