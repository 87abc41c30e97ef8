/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.nifiazuremqtt.sandbox.Await;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sets a desired property and tells how the device has acknowledged it, in the form of IoT Plug and Play.
 */
@Command(name = "set-desired", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Sets a desired property in the twin of the device of the demo and waits until the device acknowledges it.")
final class SetDesired implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubDevice device;

    @Parameters(index = "0", description = "Name of the property.")
    private String name;

    @Parameters(index = "1", description = "JSON, or text; null removes the property.")
    private String value;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final JsonNode wanted = parse(value);
        final ObjectNode patch = HubDevice.MAPPER.createObjectNode();
        patch.putObject("properties").putObject("desired").set(name, wanted);
        final long version = device.updateTwin(patch).path("properties").path("desired").path("$version").asLong();
        out.println("Desired version %d of %s: %s = %s".formatted(version, device.deviceId(), name, wanted));
        out.flush();
        return wanted.isNull() ? CommandLine.ExitCode.OK : await(version, out);
    }

    private int await(final long version, final PrintWriter out) throws InterruptedException {
        final AtomicReference<JsonNode> reported = new AtomicReference<>();
        try {
            Await.until("the acknowledgement", LIMIT, () -> {
                reported.set(device.twin().path("properties").path("reported").path(name));
                return reported.get().path("av").asLong() >= version;
            });
        } catch (final TimeoutException e) {
            throw new HubException("Not acknowledged within %d s: no flow knows this property, or none is running".formatted(LIMIT.toSeconds()));
        }

        out.println("Reported: " + reported.get());
        return reported.get().path("ac").asInt() < 300 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static JsonNode parse(final String text) {
        try {
            return HubDevice.MAPPER.readTree(text);
        } catch (final JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
