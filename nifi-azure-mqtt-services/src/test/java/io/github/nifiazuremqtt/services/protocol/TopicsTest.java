/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.services.protocol.MethodTopics.MethodCall;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    private static final DeviceTopics DEVICE = DeviceTopics.of(DeviceIdentity.ofDevice("Press:7@b"));

    private static final DeviceTopics MODULE = DeviceTopics.of(DeviceIdentity.of("d1", "opc"));

    @Test
    void testTelemetry() {
        assertEquals("devices/Press:7@b/messages/events/", DEVICE.telemetry(MessageProperties.NONE));
        assertEquals("devices/d1/modules/opc/messages/events/a=b%2Fc", MODULE.telemetry(new MessageProperties(Map.of(), Map.of(), Map.of("a", "b/c"))));
    }

    @Test
    void testMessages() {
        assertEquals("devices/Press:7@b/messages/devicebound/#", DEVICE.messagesFilter());
        assertEquals("devices/d1/modules/opc/messages/devicebound/#", MODULE.messagesFilter());
        assertEquals(Map.of("a", "1"), DEVICE.parseMessage("devices/Press:7@b/messages/devicebound/?a=1/").orElseThrow().application());
        assertEquals(Optional.of(MessageProperties.NONE), DEVICE.parseMessage("devices/Press:7@b/messages/devicebound/"));
        assertEquals(Optional.empty(), DEVICE.parseMessage("devices/press:7@b/messages/devicebound/a=1"));
        assertEquals(Optional.empty(), DEVICE.parseMessage(TwinTopics.get("1")));
    }

    @Test
    void testTwin() {
        assertEquals("$iothub/twin/GET/?$rid=7", TwinTopics.get("7"));
        assertEquals("$iothub/twin/PATCH/properties/reported/?$rid=8", TwinTopics.patchReported("8", OptionalLong.empty()));
        assertEquals("$iothub/twin/PATCH/properties/reported/?$rid=8&$version=3", TwinTopics.patchReported("8", OptionalLong.of(3)));
        assertEquals(Optional.of(new ResponseTopic(204, "8", OptionalLong.of(6), null)), TwinTopics.parseResponse("$iothub/twin/res/204/?$rid=8&$version=6"));
        assertEquals(Optional.of(new ResponseTopic(429, "a-b", OptionalLong.empty(), Duration.ofSeconds(5))),
                TwinTopics.parseResponse("$iothub/twin/res/429/?retry-after=5&%24rid=a-b"));
        assertEquals(OptionalLong.of(12), TwinTopics.parseDesired("$iothub/twin/PATCH/properties/desired/?$version=12"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$iothub/twin/res/204/?$version=6", "$iothub/twin/res/x/?$rid=1", "$iothub/twin/res/", "$iothub/twin/res/-1/?$rid=1",
        "$iothub/twin/res/99999999999999999999/?$rid=1", "$iothub/methods/POST/a/?$rid=1"})
    void testTwinResponseRefused(final String topic) {
        assertEquals(Optional.empty(), TwinTopics.parseResponse(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$iothub/twin/PATCH/properties/desired/", "$iothub/twin/PATCH/properties/desired/?$version=x", "$iothub/twin/res/200/?$version=1"})
    void testDesiredRefused(final String topic) {
        assertEquals(OptionalLong.empty(), TwinTopics.parseDesired(topic));
    }

    @Test
    void testMethods() {
        assertEquals(Optional.of(new MethodCall("reboot", "1")), MethodTopics.parseRequest("$iothub/methods/POST/reboot/?$rid=1"));
        assertEquals(Optional.of(new MethodCall("a/b?c", "%2F=")), MethodTopics.parseRequest("$iothub/methods/POST/a/b?c/?$rid=%2F="));
        assertEquals("$iothub/methods/res/404/?$rid=1", MethodTopics.response(404, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$iothub/methods/POST/?$rid=1", "$iothub/methods/POST//?$rid=1", "$iothub/methods/POST/reboot", "$iothub/methods/POST/reboot/?rid=1",
        "$iothub/twin/res/200/?$rid=1"})
    void testMethodRequestRefused(final String topic) {
        assertEquals(Optional.empty(), MethodTopics.parseRequest(topic));
    }

    @Test
    void testProvisioning() {
        assertEquals("$dps/registrations/PUT/iotdps-register/?$rid=1", ProvisioningTopics.register("1"));
        assertEquals("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=5.71cf-x", ProvisioningTopics.operationStatus("2", "5.71cf-x"));
        assertEquals(Optional.of(new ResponseTopic(202, "1", OptionalLong.empty(), Duration.ofSeconds(3))),
                ProvisioningTopics.parseResponse("$dps/registrations/res/202/?$rid=1&retry-after=3"));
        assertEquals(Optional.of(new ResponseTopic(200, "1", OptionalLong.empty(), null)), ProvisioningTopics.parseResponse("$dps/registrations/res/200/?$rid=1"));
    }
}
