/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.MessageOutcome;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.sandbox.backend.BackEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The flows of the demo and the commands of its back end: what is sent to the device, and what has become of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CommandFlowIT {

    private static final String DEVICE = "line4";

    private static final String OTHER_DEVICE = "line5";

    /** Messages, answers about the twin, desired properties, methods. */
    private static final int SUBSCRIPTIONS = 4;

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    private static final Path TEMPLATES = Path.of(System.getProperty("sandbox.templates"));

    private IoTHubEmulator hub;
    private NiFiInstance nifi;
    private KepwareSimulator simulator;
    private KepwareControl control;
    private CommandFlow flow;

    @BeforeAll
    void start(@TempDir final Path directory) throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).device(OTHER_DEVICE).start();
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
        final KepwareFlow tags = KepwareFlow.create(nifi.client(), TEMPLATES, hub, DEVICE, freePort());
        simulator = new KepwareSimulator(tags.listener(), Clock.systemUTC(), 1);
        control = new KepwareControl(simulator, DEFAULT_INTERVAL);
        flow = CommandFlow.createWithin(tags.editor(), nifi.client(), TEMPLATES, control.address());
        tags.start();
        simulator.start(DEFAULT_INTERVAL);
        flow.start();
        assertTrue(hub.telemetry().await(1, LIMIT), () -> nifi.client().monitor().bulletins().toString());
        awaitSubscriptions(DEVICE);
    }

    @AfterEach
    void checkConnections() {
        assertEquals(1, hub.connections().opened(DEVICE));
        assertEquals(0, hub.connections().evictions(DEVICE));
    }

    @AfterAll
    void stop() {
        control.close();
        simulator.close();
        nifi.close();
        hub.close();
    }

    @Test
    void testMessageIsLoggedAndCompleted() throws Exception {
        final Output output = run(DEVICE, "send-message", "change the filter");
        assertEquals(0, output.code(), output.text());
        assertTrue(output.text().contains("Completed by the device"), output.text());
        assertEquals(MessageOutcome.SUCCESS, hub.messages().ended(DEVICE).getLast().outcome());
        Await.until("the count on the canvas", LIMIT, () -> nifi.client().get("processors/" + flow.editor().find("Log the message"))
                .path("status").path("aggregateSnapshot").path("flowFilesIn").asInt() == 1);
        final String log = Files.readString(nifi.log());
        assertTrue(log.contains("Message from the cloud") && log.contains("change the filter"));
    }

    @Test
    void testDesiredPropertyChangesTheRateAndIsAcknowledged() throws Exception {
        assertEquals(0, run(DEVICE, "set-desired", "samplingSeconds", "0.2").code());
        assertEquals(Duration.ofMillis(200), simulator.interval());
        final JsonNode done = reported(DEVICE);
        assertEquals(0.2, done.path("value").asDouble());
        assertEquals(200, done.path("ac").asInt());
        assertEquals("Tags are sent every 0.2 s", done.path("ad").asText());

        assertEquals(1, run(DEVICE, "set-desired", "samplingSeconds", "often").code());
        assertEquals(400, reported(DEVICE).path("ac").asInt());
        assertEquals("often", reported(DEVICE).path("value").asText());
        assertEquals(done.path("av").asLong() + 1, reported(DEVICE).path("av").asLong());
        assertTrue(reported(DEVICE).path("ad").asText().startsWith("samplingSeconds must be a number"), reported(DEVICE).toString());
        assertEquals(Duration.ofMillis(200), simulator.interval());

        assertEquals(0, run(DEVICE, "set-desired", "samplingSeconds", "null").code());
        Await.until("the default interval", LIMIT, () -> simulator.interval().equals(DEFAULT_INTERVAL));
        assertAllDone();
    }

    @Test
    void testMethodIsAnswered() throws Exception {
        final Output answered = run(DEVICE, "call-method", "reboot", "{\"delay\":0}");
        assertEquals(0, answered.code());
        assertTrue(answered.text().contains("answered 200 ") && answered.text().contains("{\"message\":\"KEPServerEX reboots in 0 s\"}"), answered.text());
        assertTrue(run(DEVICE, "call-method", "reboot").text().contains("answered 200 "));
        assertTrue(run(DEVICE, "call-method", "reboot", "{\"delay\":-1}").text().contains("answered 400 "));
        assertTrue(run(DEVICE, "call-method", "fly").text().contains("answered 404 "));
        assertAllDone();
    }

    /** As a user imports it, and with a machine that nobody has started. */
    @Test
    void testOnItsOwn() throws Exception {
        final DeviceGroup device = DeviceGroup.create(nifi.client(), TEMPLATES, hub, OTHER_DEVICE);
        final CommandFlow alone = CommandFlow.createWithin(device.editor(), nifi.client(), TEMPLATES, URI.create("http://127.0.0.1:" + freePort()));
        assertEquals(List.of(), FlowComments.missing(device.editor()));
        assertEquals(List.of(), FlowComments.missing(alone.editor()));
        device.editor().enableServices();
        alone.start();
        awaitSubscriptions(OTHER_DEVICE);
        final Output answered = run(OTHER_DEVICE, "call-method", "reboot");
        assertTrue(answered.text().contains("answered 503 ") && answered.text().contains("{\"message\":\""), answered.text());
        assertEquals(1, run(OTHER_DEVICE, "set-desired", "samplingSeconds", "5").code());
        final JsonNode reported = reported(OTHER_DEVICE);
        assertEquals(503, reported.path("ac").asInt());
        assertFalse(reported.path("ad").asText().isEmpty());
        assertFalse(nifi.client().exportFlow(device.editor().group()).toString().contains(hub.connectionString(OTHER_DEVICE).sharedAccessKey()));
        device.editor().delete();
    }

    /** What only the group around it can give: the flow has no service of its own, and nobody has chosen one. */
    @Test
    void testServiceOfTheGroupAroundIsFoundOnImport() {
        assertEquals(List.of(), flow.editor().services());
        assertEquals(List.of(), flow.editor().processors().stream().map(processor -> processor.path("component").path("validationErrors"))
                .filter(errors -> !errors.isEmpty()).toList());
    }

    private void awaitSubscriptions(final String device) throws InterruptedException, TimeoutException {
        Await.until("the subscriptions of " + device, LIMIT, () -> hub.hub().session(IdentityKey.device(device))
                .filter(session -> session.filters().size() == SUBSCRIPTIONS).isPresent());
    }

    private JsonNode reported(final String device) throws ServiceException {
        return hub.twins().reported(IdentityKey.device(device)).path("samplingSeconds");
    }

    private void assertAllDone() throws Exception {
        final FlowMonitor monitor = nifi.client().monitor();
        Await.until("empty queues", LIMIT, () -> monitor.queuedInGroup(flow.editor().group()) == 0);
        assertEquals(List.of(), monitor.bulletins(flow.editor().find("Not taken by the hub")));
    }

    private Output run(final String device, final String... command) {
        final StringWriter text = new StringWriter();
        final PrintWriter writer = new PrintWriter(text, true);
        final List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--device", device, "--management-port", Integer.toString(hub.managementPort())));
        final CommandLine commands = BackEnd.commandLine().setOut(writer).setErr(writer);
        return new Output(commands.execute(arguments.toArray(String[]::new)), text.toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private record Output(int code, String text) {
    }
}
