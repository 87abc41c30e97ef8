/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a KEPServerEX IoT Gateway sends, as files.
 */
enum KepwareSample {

    NARROW("kepware-standard-narrow.json"),
    WIDE("kepware-standard-wide.json"),
    ODD_VALUES("kepware-standard-odd-values.json"),
    BROKEN_QUOTING("kepware-broken-quoting.txt");

    private final String file;

    KepwareSample(final String file) {
        this.file = file;
    }

    String text() throws IOException {
        return read(file);
    }

    /** Another file that stands beside the samples. */
    static String read(final String file) throws IOException {
        try (InputStream stream = KepwareSample.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
