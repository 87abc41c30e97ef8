/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An emulator for JUnit 5. In a static field it runs for the whole class, and is reset before each test if that is asked for; in an instance field each test
 * has its own.
 */
public final class IoTHubEmulatorExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final List<Consumer<IoTHubEmulatorBuilder>> options;
    private final boolean freshPerTest;
    private IoTHubEmulator emulator;
    private boolean sharedByClass;

    private IoTHubEmulatorExtension(final List<Consumer<IoTHubEmulatorBuilder>> options, final boolean freshPerTest) {
        this.options = options;
        this.freshPerTest = freshPerTest;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The running emulator. */
    public IoTHubEmulator emulator() {
        if (emulator == null) {
            throw new IllegalStateException("The emulator runs during tests only");
        }

        return emulator;
    }

    @Override
    public void beforeAll(final ExtensionContext context) throws IOException {
        sharedByClass = true;
        start();
    }

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        if (emulator == null) {
            start();
        } else if (freshPerTest) {
            emulator.reset();
        }
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        if (!sharedByClass) {
            stop();
        }
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        stop();
    }

    private void start() throws IOException {
        final IoTHubEmulatorBuilder builder = IoTHubEmulator.builder();
        options.forEach(option -> option.accept(builder));
        emulator = builder.start();
    }

    private void stop() {
        if (emulator != null) {
            emulator.close();
            emulator = null;
        }
    }

    /** Sets up the extension. */
    public static final class Builder {

        private final List<Consumer<IoTHubEmulatorBuilder>> options = new ArrayList<>();
        private boolean freshPerTest;

        private Builder() {
        }

        /** Registers a device with new keys. */
        public Builder device(final String deviceId) {
            return with(builder -> builder.device(deviceId));
        }

        /** Registers a module with new keys; its device comes first. */
        public Builder module(final String deviceId, final String moduleId) {
            return with(builder -> builder.module(deviceId, moduleId));
        }

        /** Adds a hub. */
        public Builder hub(final String name) {
            return with(builder -> builder.hub(name));
        }

        public Builder timings(final EmulatorTimings timings) {
            return with(builder -> builder.timings(timings));
        }

        /** Anything else that an emulator can be set up with. */
        public Builder with(final Consumer<IoTHubEmulatorBuilder> option) {
            options.add(option);
            return this;
        }

        /** Resets a shared emulator before each test. */
        public Builder freshPerTest() {
            freshPerTest = true;
            return this;
        }

        public IoTHubEmulatorExtension build() {
            return new IoTHubEmulatorExtension(List.copyOf(options), freshPerTest);
        }
    }
}
