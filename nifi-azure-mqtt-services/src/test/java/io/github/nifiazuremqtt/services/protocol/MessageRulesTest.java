/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRulesTest {

    private static final DeviceTopics TOPICS = DeviceTopics.of(DeviceIdentity.ofDevice("d1"));

    @Test
    void testSizeCountsWhatTheHubCounts() {
        final Map<String, String> application = new LinkedHashMap<>();
        application.put("näme", "välue");
        application.put("flag", null);
        final MessageProperties properties = new MessageProperties(Map.of(SystemProperty.MESSAGE_ID, "12345"), Map.of("ignored", "ab"), application);
        assertEquals(100 + 5 + 2 + 5 + 6 + 4, MessageRules.countBytes(100, properties));
    }

    @Test
    void testSizeLimit() {
        final MessageProperties properties = application("name", "value");
        assertEquals(Optional.empty(), findProblem(DeviceMessage.MAXIMUM_SIZE - 9, properties));
        assertTrue(findProblem(DeviceMessage.MAXIMUM_SIZE - 8, properties).orElseThrow().startsWith("Message is too large: it has 262,145 bytes"));
        assertEquals(Optional.empty(), findProblem(DeviceMessage.MAXIMUM_SIZE, MessageProperties.NONE));
    }

    @Test
    void testTopicLimit() {
        final int room = MessageRules.MAXIMUM_TOPIC_LENGTH - "devices/d1/messages/events/a=".length();
        assertEquals(Optional.empty(), findProblem(1, application("a", "x".repeat(room))));
        assertTrue(findProblem(1, application("a", "x".repeat(room + 1))).orElseThrow().contains("65,536 bytes"));
        assertTrue(findProblem(1, application("a", "ü".repeat(room / 6 + 1))).isPresent());
    }

    @Test
    void testMessageId() {
        assertEquals(Optional.empty(), findProblem(0, system(SystemProperty.MESSAGE_ID, "aZ0-:.+%_#*?!(),=@;$'")));
        assertEquals(Optional.empty(), findProblem(0, system(SystemProperty.MESSAGE_ID, "x".repeat(128))));
        assertTrue(findProblem(0, system(SystemProperty.MESSAGE_ID, "x".repeat(129))).isPresent());
        assertTrue(findProblem(0, system(SystemProperty.MESSAGE_ID, "a b")).orElseThrow().startsWith("Message ID [a b] is not made of"));
        assertTrue(findProblem(0, system(SystemProperty.MESSAGE_ID, "ü")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.1234567Z", "2024-02-29T23:59:59+00:00"})
    void testCreationTime(final String time) {
        assertEquals(Optional.empty(), findProblem(0, system(SystemProperty.CREATION_TIME, time)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+01:00", "2026-13-01T12:00:00Z",
        "2026-02-29T12:00:00Z", "2100-02-29T12:00:00Z", "2026-03-00T12:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:60Z", "1772366400000"})
    void testCreationTimeRefused(final String time) {
        assertTrue(findProblem(0, system(SystemProperty.CREATION_TIME, time)).orElseThrow().startsWith("Creation time [" + time + "]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$.mid", "$.unknown", "iothub-ack"})
    void testApplicationPropertyNameRefused(final String name) {
        assertTrue(findProblem(0, application(name, "x")).isPresent());
    }

    @Test
    void testIdentity() {
        assertEquals(Optional.empty(), IdentityRules.findProblem(DeviceIdentity.of("Aa0-._:%#*?!(),=@$'+", "$edgeHub")));
        assertTrue(IdentityRules.findProblem(DeviceIdentity.ofDevice("a/b")).orElseThrow().startsWith("Device ID [a/b]"));
        assertTrue(IdentityRules.findProblem(DeviceIdentity.of("d", "a b")).orElseThrow().startsWith("Module ID [a b]"));
        assertTrue(IdentityRules.findProblem(DeviceIdentity.ofDevice("x".repeat(129))).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#b", "a+b"})
    void testIdThatCannotStandInTopic(final String id) {
        final DeviceMessage message = new DeviceMessage("1", new byte[0], application("a", "#+"), QualityOfService.AT_LEAST_ONCE);
        assertTrue(MessageRules.findProblem(message, DeviceTopics.of(DeviceIdentity.ofDevice(id)).telemetry(message.properties())).isPresent());
        assertTrue(MessageRules.findProblem(message, DeviceTopics.of(DeviceIdentity.of("d", id)).telemetry(message.properties())).isPresent());
        assertEquals(Optional.empty(), MessageRules.findProblem(message, TOPICS.telemetry(message.properties())));
    }

    @Test
    void testRegistrationId() {
        assertEquals(Optional.empty(), IdentityRules.findRegistrationProblem("sn-007_a.b:c-"));
        assertTrue(IdentityRules.findRegistrationProblem("").isPresent());
        assertTrue(IdentityRules.findRegistrationProblem("a@b").isPresent());
        assertTrue(IdentityRules.findRegistrationProblem("a.").orElseThrow().contains("does not end with"));
        assertTrue(IdentityRules.findRegistrationProblem("x".repeat(129)).isPresent());
    }

    private static Optional<String> findProblem(final int bodySize, final MessageProperties properties) {
        final DeviceMessage message = new DeviceMessage("1", new byte[bodySize], properties, QualityOfService.AT_LEAST_ONCE);
        return MessageRules.findProblem(message, TOPICS.telemetry(properties));
    }

    private static MessageProperties system(final SystemProperty property, final String value) {
        return new MessageProperties(Map.of(property, value), Map.of(), Map.of());
    }

    private static MessageProperties application(final String name, final String value) {
        return new MessageProperties(Map.of(), Map.of(), Map.of(name, value));
    }
}
