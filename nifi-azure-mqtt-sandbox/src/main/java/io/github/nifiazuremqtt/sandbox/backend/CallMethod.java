/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Calls a direct method and prints the answer of the device.
 */
@Command(name = "call-method", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Calls a direct method of the device of the demo and prints its answer.")
final class CallMethod implements Callable<Integer> {

    private static final int RESPONSE_SECONDS = 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubDevice device;

    @Parameters(index = "0", description = "Name of the method.")
    private String name;

    @Parameters(index = "1", arity = "0..1", description = "Payload, JSON.")
    private String payload;

    @Override
    public Integer call() {
        final ObjectNode method = HubDevice.MAPPER.createObjectNode().put("methodName", name).put("responseTimeoutInSeconds", RESPONSE_SECONDS);
        if (payload != null) {
            method.set("payload", parse(payload));
        }

        final long started = System.nanoTime();
        final JsonNode answer = device.call(method);
        spec.commandLine().getOut().println("%s of %s answered %d after %d ms: %s".formatted(name, device.deviceId(), answer.path("status").asInt(),
                Duration.ofNanos(System.nanoTime() - started).toMillis(), answer.path("payload")));
        return CommandLine.ExitCode.OK;
    }

    private static JsonNode parse(final String text) {
        try {
            return HubDevice.MAPPER.readTree(text);
        } catch (final JsonProcessingException e) {
            throw new HubException("The payload is not JSON: " + text);
        }
    }
}
