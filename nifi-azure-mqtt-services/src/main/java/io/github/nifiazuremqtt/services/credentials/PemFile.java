/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The text of a file that should be PEM: ASCII, also as editors and shells of Windows write it, with a byte order mark or in UTF-16.
 */
final class PemFile {

    /** So many bytes tell UTF-16 without byte order mark. */
    private static final int SAMPLE = 64;

    private PemFile() {
    }

    /**
     * @param origin the file, as the beginning of a sentence
     * @throws IoTHubException if the file is binary, with the command that makes PEM of it
     */
    static String decode(final String origin, final byte[] bytes) {
        if (Der.isPkcs12(bytes)) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("%s is binary (PKCS#12), and PEM is wanted: "
                    + "openssl pkcs12 -in device.pfx -nodes -out device.pem makes one file for both").formatted(origin));
        }
        if (Der.findLength(bytes) == bytes.length) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("%s is binary (DER), and PEM is wanted: "
                    + "openssl x509 -inform der -in device.cer -out device.pem, or openssl pkey -inform der for a key").formatted(origin));
        }

        return new String(bytes, findCharset(bytes));
    }

    private static Charset findCharset(final byte[] bytes) {
        if (bytes.length < 2) {
            return StandardCharsets.UTF_8;
        }
        if (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
            return StandardCharsets.UTF_16;
        }
        if (hasZeros(bytes, 0)) {
            return StandardCharsets.UTF_16BE;
        }
        return hasZeros(bytes, 1) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    }

    private static boolean hasZeros(final byte[] bytes, final int first) {
        for (int index = first; index < Math.min(bytes.length, SAMPLE); index += 2) {
            if (bytes[index] != 0) {
                return false;
            }
        }
        return true;
    }
}
