/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.sandbox.Await;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends a cloud-to-device message and tells when the device has acknowledged it.
 */
@Command(name = "send-message", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Sends a cloud-to-device message to the device of the demo and waits until it is acknowledged.")
final class SendMessage implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String ACKNOWLEDGED = "Success";

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubDevice device;

    @Parameters(description = "Text of the message.")
    private String text;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final long sequence = device.sendMessage(HubDevice.MAPPER.createObjectNode().put("body", text)).path("sequence").asLong();
        out.println("Message %d sent to %s".formatted(sequence, device.deviceId()));
        out.flush();
        final AtomicReference<JsonNode> end = new AtomicReference<>();
        try {
            Await.until("the end of the message", LIMIT, () -> {
                end.set(StreamSupport.stream(device.endedMessages().spliterator(), false)
                        .filter(message -> message.path("sequence").asLong() == sequence).findFirst().orElse(null));
                return end.get() != null;
            });
        } catch (final TimeoutException e) {
            throw new HubException("Not acknowledged within %d s: it waits at the hub until the device takes it".formatted(LIMIT.toSeconds()));
        }

        final String outcome = end.get().path("outcome").asText();
        if (!ACKNOWLEDGED.equals(outcome)) {
            throw new HubException("The device did not get it: " + outcome);
        }
        out.println("Completed by the device after %.0f ms".formatted(end.get().path("milliseconds").asDouble()));
        return CommandLine.ExitCode.OK;
    }
}
