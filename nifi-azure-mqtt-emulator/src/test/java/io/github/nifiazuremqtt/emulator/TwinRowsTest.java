/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.ReportedChange;
import io.github.nifiazuremqtt.emulator.twin.TwinFault;
import io.github.nifiazuremqtt.emulator.twin.TwinRequest;
import io.github.nifiazuremqtt.emulator.twin.TwinUpdate;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of its twin: rows 25 and 52 to 59. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TwinRowsTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").module("dev-001", "mod-a").freshPerTest().build();

    private static final IdentityKey DEVICE = IdentityKey.device("dev-001");
    private static final String RESULTS = "$iothub/twin/res/#";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/#";
    private static final String GET = "$iothub/twin/GET/?$rid=";
    private static final String REPORT = "$iothub/twin/PATCH/properties/reported/?$rid=";

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void testGetAnswersBothSectionsWithVersionsFromOne() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            final Publication answer = request(client, GET + "a-1", "");
            assertEquals("$iothub/twin/res/200/?$rid=a-1", answer.topic());
            assertEquals(0, answer.qos());
            assertEquals("{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}", answer.payload());
        }
    }

    @Test
    void testReportMergesAndCountsVersions() throws IOException, ServiceException, InterruptedException {
        final List<ReportedChange> changes = new CopyOnWriteArrayList<>();
        HUB.emulator().twins().addListener(changes::add);
        try (RawMqttClient client = connected(RESULTS)) {
            assertEquals(new Publication("$iothub/twin/res/204/?$rid=1&$version=2", "", 0, 0, false),
                    request(client, REPORT + 1, "{\"a\":{\"b\":1,\"c\":2},\"list\":[1,2,3],\"gone\":\"x\"}"));
            assertEquals("$iothub/twin/res/204/?$rid=2&$version=3", request(client, REPORT + 2, "{\"a\":{\"b\":null},\"list\":[4],\"gone\":null}").topic());
            final JsonNode twin = mapper.readTree(request(client, GET + 3, "").payload());
            assertEquals(mapper.readTree("{\"a\":{\"c\":2},\"list\":[4],\"$version\":3}"), twin.get("reported"));
            assertEquals(2, changes.size());
            assertEquals(3, changes.getLast().version());
            assertTrue(changes.getLast().patch().get("gone").isNull());
            assertTrue(HUB.emulator().twins().awaitReported(DEVICE, reported -> reported.path("$version").asInt() == 3, Duration.ofSeconds(5)));
            assertEquals("$iothub/twin/res/204/?$rid=4&$version=4", request(client, REPORT + 4, "{}").topic());
        }
    }

    @Test
    void testRequestWithQos0() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            client.publish(0, REPORT + "zero", 0, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
            assertEquals("$iothub/twin/res/204/?$rid=zero&$version=2", Publication.read(client).topic());
        }
    }

    @Test
    void testModuleHasTwinOfItsOwn() throws IOException, ServiceException {
        final IoTHubEmulator emulator = HUB.emulator();
        final IdentityKey module = IdentityKey.module("dev-001", "mod-a");
        final String token = SasToken.sign("localhost/devices/dev-001/modules/mod-a",
                emulator.hub().registry().find(module).orElseThrow().authentication().primary(), emulator.clock().instant().plusSeconds(3600), "").text();
        try (RawMqttClient client = RawMqttClient.open(emulator)) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-001").clientId("dev-001/mod-a")
                    .userName("localhost/dev-001/mod-a/?api-version=2021-04-12").password(token)));
            subscribe(client, RESULTS);
            assertEquals("$iothub/twin/res/204/?$rid=1&$version=2", request(client, REPORT + 1, "{\"of\":\"module\"}").topic());
            assertEquals("module", emulator.twins().reported(module).get("of").asText());
            assertFalse(emulator.twins().reported(DEVICE).has("of"));
        }
    }

    @Test
    void testRow25ReportWithoutApiVersionIsRefused() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001").userName("localhost/dev-001")));
            subscribe(client, RESULTS);
            assertEquals("$iothub/twin/res/400/?$rid=1", request(client, REPORT + 1, "{\"a\":1}").topic());
            HUB.emulator().hub().turnOn(HubSwitch.API_VERSION_OPTIONAL);
            assertEquals("$iothub/twin/res/204/?$rid=2&$version=2", request(client, REPORT + 2, "{\"a\":1}").topic());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$iothub/twin/GET/", "$iothub/twin/GET/?$rid=", "$iothub/twin/PATCH/properties/reported/?$version=1"})
    void testRow52MissingRequestIdCloses(final String topic) throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            client.publish(topic, 9, "{}");
            assertTrue(client.isClosedSilently());
            Conditions.awaitEnd(HUB.emulator(), 52);
        }
    }

    @Test
    void testRow52SwitchIgnoresIt() throws IOException {
        HUB.emulator().hub().turnOn(HubSwitch.MISSING_REQUEST_ID_IGNORED);
        try (RawMqttClient client = connected(RESULTS)) {
            assertEquals(9, client.publish("$iothub/twin/GET/", 9, "").readPuback());
            assertEquals("$iothub/twin/res/200/?$rid=1", request(client, GET + 1, "").topic());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1} x", "[1]", "1", "\"text\"", "null", "{\"a.b\":1}", "{\"a$\":1}", "{\"a b\":1}", "{\"a\\u0001\":1}", "{\"a\\u0085\":1}",
            "{\"$version\":1,\"a\":1}", "{\"nested\":{\"$version\":1}}", "{\"list\":[{\"a b\":1}]}",
            "{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8\":{\"9\":{\"10\":{\"11\":{}}}}}}}}}}}}",
            "{\"a\":4503599627370496}", "{\"a\":-4503599627370497}", "{\"a\":99999999999999999999}"})
    void testRows53To55BadPatchIsRefusedAndChangesNothing(final String patch) throws IOException, ServiceException {
        try (RawMqttClient client = connected(RESULTS)) {
            final Publication answer = request(client, REPORT + 1, patch);
            assertEquals("$iothub/twin/res/400/?$rid=1", answer.topic());
            final JsonNode error = mapper.readTree(answer.payload());
            assertEquals(400004, error.get("errorCode").asInt());
            assertTrue(error.has("trackingId") && error.has("message") && error.has("timestampUtc"));
            assertEquals("{\"$version\":1}", HUB.emulator().twins().reported(DEVICE).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "ISO-8859-1"})
    void testRow53OtherEncodingsAreNoJson(final String encoding) throws IOException, ServiceException {
        try (RawMqttClient client = connected(RESULTS)) {
            final String text = encoding.equals("UTF-8") ? "\uFEFF{\"a\":1}" : "{\"a\":\"\u00e9\"}";
            client.publish(0, REPORT + 1, 0, text.getBytes(Charset.forName(encoding)));
            assertEquals("$iothub/twin/res/400/?$rid=1", Publication.read(client).topic());
            assertEquals("{\"$version\":1}", HUB.emulator().twins().reported(DEVICE).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8\":{\"9\":{\"10\":{\"property\":1}}}}}}}}}}}",
            "{\"a\":4503599627370495,\"b\":-4503599627370496,\"c\":1e300,\"d\":[[],true]}", "{\"ключ\":\"значение\"}"})
    void testRow54JustAllowed(final String patch) throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            assertEquals("$iothub/twin/res/204/?$rid=1&$version=2", request(client, REPORT + 1, patch).topic());
        }
    }

    @Test
    void testRow54Sizes() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            assertStatus(204, client, "{\"%s\":1}".formatted("k".repeat(1024)));
            assertStatus(400, client, "{\"%s\":1}".formatted("k".repeat(1025)));
            assertStatus(400, client, "{\"%s\":1}".formatted("ж".repeat(513)));
            assertStatus(204, client, "{\"a\":\"%s\"}".formatted("v".repeat(4096)));
            assertStatus(400, client, "{\"a\":\"%s\"}".formatted("v".repeat(4097)));
            // 1024 + 8, 1 + 4096, and six times 1 + 3950 leave 3933 of 32768
            for (int i = 0; i < 6; i++) {
                assertStatus(204, client, "{\"%c\":\"%s\"}".formatted('b' + i, "v".repeat(3950)));
            }

            assertStatus(204, client, "{\"z\":\"%s\"}".formatted("v".repeat(3932)));
            assertStatus(400, client, "{\"y\":true}");
            assertStatus(400, client, "{\"z\":\"%s\"}".formatted("v".repeat(3933)));
            assertStatus(204, client, "{\"z\":null}");
        }
    }

    @Test
    void testRow56VersionMustMatch() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            assertEquals("$iothub/twin/res/204/?$rid=1&$version=2", request(client, REPORT + "1&$version=1", "{\"a\":1}").topic());
            final Publication stale = request(client, REPORT + "2&$version=1", "{\"a\":2}");
            assertEquals("$iothub/twin/res/412/?$rid=2", stale.topic());
            assertEquals(412001, mapper.readTree(stale.payload()).get("errorCode").asInt());
            assertEquals("$iothub/twin/res/400/?$rid=3", request(client, REPORT + "3&$version=x", "{\"a\":2}").topic());
        }
    }

    @Test
    void testRow57RequestWithoutSubscriptionIsExecutedAndNotAnswered() throws IOException, ServiceException {
        try (RawMqttClient client = connected()) {
            assertEquals(1, client.publish(REPORT + 1, 1, "{\"a\":1}").readPuback());
            assertEquals(1, HUB.emulator().twins().reported(DEVICE).get("a").asInt());
            subscribe(client, RESULTS);
            assertEquals("$iothub/twin/res/200/?$rid=2", request(client, GET + 2, "").topic());
        }
    }

    @Test
    void testRow58DesiredChangeWhileOfflineIsNotQueued() throws IOException, ServiceException {
        try (RawMqttClient client = connected(RESULTS, DESIRED)) {
            client.disconnect();
        }

        HUB.emulator().twins().patchDesired("dev-001", "{\"interval\":5}");
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
            assertEquals(0x100, client.readConnack());
            final Publication answer = request(client, GET + 1, "");
            assertEquals("$iothub/twin/res/200/?$rid=1", answer.topic());
            assertEquals(mapper.readTree("{\"interval\":5,\"$version\":2}"), mapper.readTree(answer.payload()).get("desired"));
            // the stored subscription holds for what comes now
            assertEquals(3, HUB.emulator().twins().patchDesired("dev-001", "{\"interval\":6}"));
            assertEquals("$iothub/twin/PATCH/properties/desired/?$version=3", Publication.read(client).topic());
        }
    }

    @Test
    void testRow59PushHasThePatchOnly() throws IOException, ServiceException {
        HUB.emulator().twins().patchDesired("dev-001", "{\"keep\":1,\"drop\":1}");
        try (RawMqttClient client = connected(DESIRED)) {
            HUB.emulator().twins().patchDesired("dev-001", "{\"drop\":null,\"deep\":{\"x\":null,\"y\":2}}");
            final Publication push = Publication.read(client);
            assertEquals("$iothub/twin/PATCH/properties/desired/?$version=3", push.topic());
            assertEquals(0, push.qos());
            assertEquals(mapper.readTree("{\"drop\":null,\"deep\":{\"x\":null,\"y\":2},\"$version\":3}"), mapper.readTree(push.payload()));
            assertEquals(mapper.readTree("{\"keep\":1,\"deep\":{\"y\":2},\"$version\":3}"), HUB.emulator().twins().desired(DEVICE));
            HUB.emulator().twins().update(DEVICE, new TwinUpdate((ObjectNode) mapper.readTree("{\"all\":\"new\"}"), null, true, null));
            assertEquals(mapper.readTree("{\"all\":\"new\",\"$version\":4}"), mapper.readTree(Publication.read(client).payload()));
        }
    }

    @Test
    void testServiceSide() throws ServiceException, IOException {
        final String etag = HUB.emulator().twins().get(DEVICE).etag();
        final ObjectNode tags = (ObjectNode) mapper.readTree("{\"site\":\"A\"}");
        assertEquals("A", HUB.emulator().twins().update(DEVICE, new TwinUpdate(null, tags, false, etag)).tags().get("site").asText());
        assertEquals(ServiceError.PRECONDITION_FAILED, assertThrows(ServiceException.class,
                () -> HUB.emulator().twins().update(DEVICE, new TwinUpdate(null, tags, false, etag))).error());
        assertEquals(ServiceError.ARGUMENT_INVALID,
                assertThrows(ServiceException.class, () -> HUB.emulator().twins().patchDesired("dev-001", "{\"a b\":1}")).error());
        assertEquals(ServiceError.DEVICE_NOT_FOUND, assertThrows(ServiceException.class, () -> HUB.emulator().twins().patchDesired("nobody", "{}")).error());
        HUB.emulator().twins().patchDesired("dev-001", "{\"a\":1}");
        HUB.emulator().hub().registry().remove(DEVICE);
        HUB.emulator().hub().registry().addDevice("dev-001");
        assertEquals("{\"$version\":1}", HUB.emulator().twins().desired(DEVICE).toString());
    }

    @Test
    void testRow37TwinRequestsCountAgainstTheQuota() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            HUB.emulator().faults().quota().set(4);
            final String patch = "{\"a\":\"%s\",\"b\":\"%s\"}".formatted("x".repeat(3000), "x".repeat(3000));
            assertEquals("$iothub/twin/res/204/?$rid=1&$version=2", request(client, REPORT + 1, patch).topic());
            assertEquals("$iothub/twin/res/200/?$rid=2", request(client, GET + 2, "").topic());
            assertTrue(client.publish(GET + 3, 3, "").isClosedSilently());
        }

        try (RawMqttClient client = connected(RESULTS)) {
            assertTrue(client.publish("devices/dev-001/messages/events/", 1, "x").isClosedSilently());
        }
    }

    @Test
    void testFaults() throws IOException, ServiceException {
        try (RawMqttClient client = connected(RESULTS)) {
            HUB.emulator().twins().faults().next(2, TwinFault.status(429)).next(1, TwinFault.lost()).next(1, TwinFault.unanswered())
                    .next(1, TwinFault.late(Duration.ofMillis(100)));
            assertEquals("$iothub/twin/res/429/?$rid=1", request(client, REPORT + 1, "{\"a\":1}").topic());
            final Publication second = request(client, REPORT + 2, "{\"a\":2}");
            assertEquals(429001, mapper.readTree(second.payload()).get("errorCode").asInt());
            assertEquals(3, client.publish(REPORT + 3, 3, "{\"a\":3}").readPuback());
            assertFalse(HUB.emulator().twins().reported(DEVICE).has("a"));
            assertEquals(4, client.publish(REPORT + 4, 4, "{\"a\":4}").readPuback());
            assertEquals(4, HUB.emulator().twins().reported(DEVICE).get("a").asInt());
            assertEquals(5, client.publish(REPORT + 5, 5, "{\"a\":5}").readPuback());
            assertEquals(6, client.publish(REPORT + 6, 6, "{\"a\":6}").readPuback());
            assertEquals("$iothub/twin/res/204/?$rid=6&$version=4", Publication.read(client).topic());
            assertEquals("$iothub/twin/res/204/?$rid=5&$version=3", Publication.read(client).topic());
            HUB.emulator().twins().faults().when(request -> request.kind() == TwinRequest.Kind.GET, TwinFault.status(500));
            assertEquals("$iothub/twin/res/500/?$rid=7", request(client, GET + 7, "").topic());
            assertEquals("$iothub/twin/res/204/?$rid=8&$version=5", request(client, REPORT + 8, "{}").topic());
        }
    }

    @Test
    void testRandomFaultsAreRepeatable() throws IOException {
        try (RawMqttClient client = connected(RESULTS)) {
            final List<String> first = randomAnswers(client);
            assertEquals(first, randomAnswers(client));
            assertTrue(first.stream().anyMatch(topic -> topic.contains("/429/")));
            assertTrue(first.stream().anyMatch(topic -> topic.contains("/500/")));
            assertTrue(first.stream().anyMatch(topic -> topic.contains("/200/")));
        }
    }

    private List<String> randomAnswers(final RawMqttClient client) throws IOException {
        HUB.emulator().twins().faults().randomly(42, 0.5, TwinFault.status(429), TwinFault.status(500));
        final List<String> topics = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 30; i++) {
            topics.add(request(client, GET + i, "").topic());
        }

        return topics;
    }

    private void assertStatus(final int status, final RawMqttClient client, final String patch) throws IOException {
        final String topic = request(client, REPORT + 1, patch).topic();
        assertTrue(topic.startsWith("$iothub/twin/res/" + status + "/?$rid=1"), topic);
    }

    private static Publication request(final RawMqttClient client, final String topic, final String body) throws IOException {
        assertEquals(1, client.publish(topic, 1, body).readPuback());
        return Publication.read(client);
    }

    private static RawMqttClient connected(final String... filters) throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")));
        for (final String filter : filters) {
            subscribe(client, filter);
        }

        return client;
    }

    private static void subscribe(final RawMqttClient client, final String filter) throws IOException {
        assertEquals(0x90, client.subscribe(1, filter, 1).read().header());
    }
}
