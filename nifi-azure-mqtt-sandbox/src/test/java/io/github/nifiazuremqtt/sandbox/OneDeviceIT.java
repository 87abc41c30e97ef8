/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flow is a whole device: everything that a device can do with a hub at once, on one connection.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class OneDeviceIT {

    private static final int NUMBER = 200;

    private static final int MOST_SUBSCRIPTIONS = 5;

    private static final String DEVICE = "dev-001";

    private static final IdentityKey KEY = IdentityKey.device(DEVICE);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private IoTHubEmulator hub;
    private NiFiInstance nifi;
    private DeviceFlow flow;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        hub.messages().liftQueueLimit();
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
        flow = DeviceFlow.create(nifi, hub, DEVICE);
    }

    @AfterEach
    void stop() {
        nifi.close();
        hub.close();
    }

    @Test
    void testEverythingAtOnce() throws Exception {
        final String publisher = flow.add(ProcessorSettings.azure("PublishToIoTHub").terminating("success", "failure"));
        flow.addLines(IntStream.range(0, NUMBER).mapToObj(index -> index + " telemetry").toList(), publisher);
        final String updater = flow.add(ProcessorSettings.azure("UpdateTwin").terminating("success", "failure"));
        flow.addLines(IntStream.range(0, NUMBER).mapToObj("{\"reported\":%d}"::formatted).toList(), updater);
        final String consumer = flow.add(ProcessorSettings.azure("ConsumeC2D"));
        final FlowFileJournal messages = flow.addJournal(consumer, "success", "iothub.message.id");
        final String desired = flow.add(ProcessorSettings.azure("ConsumeDesiredProperties"));
        final FlowFileJournal changes = flow.addJournal(desired, "success", "iothub.twin.version", "iothub.twin.complete");
        final String getter = flow.add(ProcessorSettings.azure("GetTwin").every("100 ms").terminating("failure"));
        final FlowFileJournal twins = flow.addJournal(getter, "success", "iothub.twin.desired.version");
        final String methods = flow.add(ProcessorSettings.azure("ConsumeDirectMethod"));
        final String responder = flow.add(ProcessorSettings.azure("RespondDirectMethod").terminating("success", "failure"));
        flow.editor().connect(methods, responder, "success");
        final IndexLog arrived = new IndexLog();
        hub.telemetry().addListener(arrived);

        flow.editor().startAll();
        Await.until("the desired properties at the start", LIMIT, () -> changes.size() == 1);
        final List<CompletableFuture<MethodAnswer>> answers = new ArrayList<>();
        for (int index = 0; index < NUMBER; index++) {
            hub.messages().send(DEVICE, CloudMessage.of(Integer.toString(index)).withMessageId("m-" + index));
            hub.twins().patchDesired(DEVICE, "{\"desired\":%d}".formatted(index));
            if (index % 4 == 0) {
                answers.add(hub.methods().call(DEVICE, "echo", "{\"caller\":%d}".formatted(answers.size())));
            }
        }

        for (int caller = 0; caller < answers.size(); caller++) {
            final MethodAnswer answer = answers.get(caller).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertEquals("{\"caller\":%d}".formatted(caller), answer.payload().toString());
        }
        arrived.await(NUMBER, LIMIT);
        assertTrue(hub.messages().awaitEnded(DEVICE, NUMBER, LIMIT));
        assertTrue(hub.twins().awaitReported(KEY, reported -> reported.path("reported").asInt() == NUMBER - 1, LIMIT));
        final String newest = Integer.toString(NUMBER + 1);
        Await.until("the newest twin", LIMIT, () -> twins.read().stream().anyMatch(entry -> entry.attribute(0).equals(newest)));
        flow.editor().stopProcessor(getter);
        flow.awaitEmpty(LIMIT);

        final Set<String> filters = hub.hub().session(KEY).orElseThrow().filters();
        Report.line("%d messages sent, %d received, %d patches, %d changes of desired properties, %d twins read, %d methods: %d connection, %d subscriptions",
                NUMBER, messages.size(), NUMBER, changes.size() - 1, twins.size(), answers.size(), hub.connections().opened(DEVICE), filters.size());
        assertEquals(NUMBER, messages.size());
        assertEquals(0, arrived.repeats());
        assertDesiredProperties(changes);
        assertNewestTwin(twins);
        assertEquals(1, hub.connections().opened(DEVICE));
        assertEquals(0, hub.connections().evictions(DEVICE));
        assertTrue(filters.size() <= MOST_SUBSCRIPTIONS, filters::toString);
    }

    private void assertDesiredProperties(final FlowFileJournal changes) throws Exception {
        final FoldedSection replayed = new FoldedSection();
        changes.read().forEach(entry -> replayed.take(entry.content(), Boolean.parseBoolean(entry.attribute(1))));
        assertEquals(FoldedSection.parse(hub.twins().desired(KEY).toString()), replayed.properties());
    }

    private void assertNewestTwin(final FlowFileJournal twins) throws Exception {
        final JsonNode twin = NiFiRest.MAPPER.readTree(twins.read().getLast().content());
        final ObjectNode desired = (ObjectNode) NiFiRest.MAPPER.readTree(hub.twins().desired(KEY).toString());
        assertEquals(desired, twin.path("desired"));
    }
}
