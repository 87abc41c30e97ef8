/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

/**
 * As much of the encoding of ASN.1 values as is needed to tell one that is whole (X.690, section 8.1).
 */
final class Der {

    private static final int SEQUENCE = 0x30;

    private static final int LONG_FORM = 0x80;

    private static final int MOST_LENGTH_BYTES = 4;

    /** A PKCS#12 file begins with its version, 3, where other sequences have something else. */
    private static final byte[] PKCS_12_VERSION = {2, 1, 3};

    private Der() {
    }

    /**
     * @return length in bytes that a sequence says it has, its head included; negative if it is no sequence
     */
    static long findLength(final byte[] content) {
        final int head = headLength(content);
        if (head < 0) {
            return -1;
        }
        if (head == 2) {
            return head + (long) content[1];
        }

        long length = 0;
        for (int index = 2; index < head; index++) {
            length = length << Byte.SIZE | content[index] & 0xFF;
        }
        return head + length;
    }

    static boolean isPkcs12(final byte[] content) {
        final int head = headLength(content);
        if (head < 0 || content.length < head + PKCS_12_VERSION.length) {
            return false;
        }

        for (int index = 0; index < PKCS_12_VERSION.length; index++) {
            if (content[head + index] != PKCS_12_VERSION[index]) {
                return false;
            }
        }
        return true;
    }

    private static int headLength(final byte[] content) {
        if (content.length < 2 || content[0] != SEQUENCE) {
            return -1;
        }

        final int first = content[1] & 0xFF;
        if (first < LONG_FORM) {
            return 2;
        }

        final int count = first - LONG_FORM;
        return count == 0 || count > MOST_LENGTH_BYTES || content.length < 2 + count ? -1 : 2 + count;
    }
}
