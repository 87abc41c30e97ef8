/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real NiFi for all tests of a class, in a directory of its own.
 */
final class NiFiExtension implements BeforeAllCallback, AfterAllCallback {

    private final NiFiOptions options;

    private Path directory;

    private NiFiInstance nifi;

    NiFiExtension(final NiFiOptions options) {
        this.options = options;
    }

    @Override
    public void beforeAll(final ExtensionContext context) throws Exception {
        directory = Files.createTempDirectory("nifi");
        nifi = NiFiInstance.start(directory, options);
    }

    @Override
    public void afterAll(final ExtensionContext context) throws Exception {
        if (nifi != null) {
            nifi.close();
        }
        NiFiInstance.deleteDirectory(directory);
    }

    NiFiInstance get() {
        return nifi;
    }
}
