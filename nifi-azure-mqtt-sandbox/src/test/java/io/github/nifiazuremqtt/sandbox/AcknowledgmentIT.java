/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the back end reads is what the flow acknowledged last.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class AcknowledgmentIT {

    private static final String DEVICE = "dev-001";

    private static final IdentityKey KEY = IdentityKey.device(DEVICE);

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private IoTHubEmulator hub;
    private DeviceFlow flow;

    @BeforeEach
    void create() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        flow = DeviceFlow.create(NIFI.get(), hub, DEVICE);
    }

    @AfterEach
    void remove() throws Exception {
        flow.editor().delete();
        hub.close();
    }

    @Test
    void testAcknowledgementReplacesTheOneBefore() throws Exception {
        final String consumer = flow.add(ProcessorSettings.azure("ConsumeDesiredProperties"));
        final String updater = flow.add(ProcessorSettings.azure("UpdateTwin").with("Content Strategy", "Desired Properties")
                .with("Acknowledgment Code", "${iothub.twin.version:equals('2'):ifElse('500', '200')}")
                .with("Acknowledgment Description", "${iothub.twin.version:equals('2'):ifElse('jammed', '')}").terminating("success", "failure"));
        flow.editor().connectInOrder(consumer, updater, "success");
        flow.editor().startAll();
        awaitSubscribed();

        hub.twins().patchDesired(DEVICE, "{\"speed\":5,\"recipe\":{\"speed\":5,\"boost\":true},\"oven\":{\"__t\":\"c\",\"recipe\":{\"a\":{\"x\":1,\"y\":2}}}}");
        assertReported("""
                {"speed":{"value":5,"ac":500,"av":2,"ad":"jammed"},"recipe":{"value":{"speed":5,"boost":true},"ac":500,"av":2,"ad":"jammed"},
                "oven":{"__t":"c","recipe":{"value":{"a":{"x":1,"y":2}},"ac":500,"av":2,"ad":"jammed"}}}""");
        hub.twins().patchDesired(DEVICE, "{\"recipe\":{\"speed\":6}}");
        assertReported("""
                {"speed":{"value":5,"ac":500,"av":2,"ad":"jammed"},"recipe":{"value":{"speed":6,"boost":true},"ac":200,"av":3},
                "oven":{"__t":"c","recipe":{"value":{"a":{"x":1,"y":2}},"ac":500,"av":2,"ad":"jammed"}}}""");

        NIFI.get().kill();
        hub.twins().patchDesired(DEVICE, "{\"recipe\":{\"boost\":null},\"oven\":{\"recipe\":{\"a\":{\"x\":null}}}}");
        NIFI.get().start();

        assertReported("""
                {"speed":{"value":5,"ac":200,"av":4},"recipe":{"value":{"speed":6},"ac":200,"av":4},
                "oven":{"__t":"c","recipe":{"value":{"a":{"y":2}},"ac":200,"av":4}}}""");
    }

    private void awaitSubscribed() throws Exception {
        Await.until("a subscription to desired properties", LIMIT, () -> hub.hub().session(KEY)
                .filter(session -> session.filters().contains("$iothub/twin/PATCH/properties/desired/#")).isPresent());
    }

    private void assertReported(final String expected) throws Exception {
        final JsonNode properties = NiFiRest.MAPPER.readTree(expected);
        final boolean reported = hub.twins().awaitReported(KEY, section -> section.deepCopy().without("$version").equals(properties), LIMIT);
        assertTrue(reported, () -> "%s and not %s".formatted(reported(), properties));
    }

    private String reported() {
        try {
            return hub.twins().reported(KEY).toString();
        } catch (final Exception e) {
            return e.toString();
        }
    }
}
