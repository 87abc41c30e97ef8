/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.method.MethodCall;
import io.github.nifiazuremqtt.emulator.method.MethodExchange;
import io.github.nifiazuremqtt.emulator.method.Methods;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client and its callers see of direct methods: rows 25 and 60 to 63. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MethodRowsTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").freshPerTest().build();

    private static final String FILTER = "$iothub/methods/POST/#";
    private static final IdentityKey DEVICE = IdentityKey.device("dev-001");

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void testCallAndAnswer() throws Exception {
        final List<MethodExchange> exchanges = new CopyOnWriteArrayList<>();
        methods().addListener(exchanges::add);
        try (RawMqttClient client = subscribed()) {
            final CompletableFuture<MethodAnswer> call = methods().call("dev-001", "reboot", "{\"delay\":5}");
            final Publication request = Publication.read(client);
            assertEquals(new Publication("$iothub/methods/POST/reboot/?$rid=1", "{\"delay\":5}", 0, 0, false), request);
            assertEquals(3, client.publish("$iothub/methods/res/202/?$rid=1", 3, "{\"ok\":true}").readPuback());
            assertEquals(new MethodAnswer(202, mapper.readTree("{\"ok\":true}")), call.get());
            final CompletableFuture<MethodAnswer> second = methods().call("dev-001", "ping", "");
            assertEquals(new Publication("$iothub/methods/POST/ping/?$rid=2", "null", 0, 0, false), Publication.read(client));
            client.publish(0, "$iothub/methods/res/200/?$rid=2", 0, new byte[0]);
            assertTrue(second.get().payload().isNull());
            Conditions.await(() -> exchanges.size() == 2);
            assertEquals("reboot", exchanges.getFirst().method());
        }
    }

    @Test
    void testRow25NoApiVersionNoMethods() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001").userName("localhost/dev-001")));
            client.subscribe(1, FILTER, 0).read();
            assertFailure(ServiceError.DEVICE_NOT_ONLINE, methods().call("dev-001", "reboot", ""));
            HUB.emulator().hub().turnOn(HubSwitch.API_VERSION_OPTIONAL);
            methods().call("dev-001", "reboot", "");
            assertEquals("$iothub/methods/POST/reboot/?$rid=1", Publication.read(client).topic());
        }
    }

    @Test
    void testRow60OfflineOrUnsubscribed() throws IOException {
        assertFailure(ServiceError.DEVICE_NOT_ONLINE, methods().call("dev-001", "reboot", ""));
        try (RawMqttClient client = connected()) {
            assertFailure(ServiceError.DEVICE_NOT_ONLINE, methods().call("dev-001", "reboot", ""));
            client.subscribe(1, FILTER, 0).read();
            methods().call("dev-001", "reboot", "");
            assertEquals("$iothub/methods/POST/reboot/?$rid=1", Publication.read(client).topic());
            client.unsubscribe(2, FILTER).read();
            assertFailure(ServiceError.DEVICE_NOT_ONLINE, methods().call("dev-001", "reboot", ""));
        }
    }

    @Test
    void testRow60ConnectTimeout() throws Exception {
        HUB.emulator().timings(EmulatorTimings.scaled(0.01));
        assertFailure(ServiceError.DEVICE_NOT_ONLINE, methods().call(DEVICE, MethodCall.of("reboot", "").withConnectTimeout(10)));
        HUB.emulator().timings(EmulatorTimings.real());
        final CompletableFuture<MethodAnswer> call = methods().call(DEVICE, MethodCall.of("reboot", "").withConnectTimeout(60));
        final CompletableFuture<MethodAnswer> next = methods().call(DEVICE, MethodCall.of("next", "").withConnectTimeout(60));
        try (RawMqttClient client = subscribed()) {
            assertEquals("$iothub/methods/POST/reboot/?$rid=1", Publication.read(client).topic());
            assertEquals("$iothub/methods/POST/next/?$rid=2", Publication.read(client).topic());
            client.publish("$iothub/methods/res/200/?$rid=2", 1, "2").readPuback();
            client.publish("$iothub/methods/res/200/?$rid=1", 1, "1").readPuback();
            assertEquals(1, call.get().payload().asInt());
            assertEquals(2, next.get().payload().asInt());
        }

        Conditions.await(() -> HUB.emulator().connections().open().isEmpty());
        final CompletableFuture<MethodAnswer> stored = methods().call(DEVICE, MethodCall.of("again", "").withConnectTimeout(60));
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
            assertEquals(0x100, client.readConnack());
            assertEquals("$iothub/methods/POST/again/?$rid=1", Publication.read(client).topic());
            assertFalse(stored.isDone());
        }
    }

    @Test
    void testRow61LateAnswerIsDropped() throws IOException {
        HUB.emulator().timings(EmulatorTimings.scaled(0.01));
        try (RawMqttClient client = subscribed()) {
            final CompletableFuture<MethodAnswer> call = methods().call(DEVICE, new MethodCall("slow", null, 5, 0));
            assertEquals("$iothub/methods/POST/slow/?$rid=1", Publication.read(client).topic());
            assertFailure(ServiceError.DEVICE_TIMED_OUT, call);
            assertEquals(1, client.publish("$iothub/methods/res/200/?$rid=1", 1, "{}").readPuback());
            assertEquals(1, methods().droppedAnswers());
            HUB.emulator().hub().turnOn(HubSwitch.UNKNOWN_METHOD_ANSWER_CLOSES);
            assertEquals(1, client.publish("$iothub/methods/res/200/?$rid=1", 1, "{}").readPuback());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "2x", "", "-1", "-2147467259", "1.5", "0x10", "2147483648", "99999999999", "0000000000200"})
    void testRow62BadStatusClosesAndTheCallerGetsAnError(final String status) throws IOException {
        try (RawMqttClient client = subscribed()) {
            final CompletableFuture<MethodAnswer> call = methods().call("dev-001", "reboot", "");
            Publication.read(client);
            client.publish("$iothub/methods/res/" + status + "/?$rid=1", 1, "{}");
            assertTrue(client.isClosedSilently());
            assertFailure(ServiceError.INVALID_RESPONSE, call);
            Conditions.awaitEnd(HUB.emulator(), 62);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200, 1001, Integer.MAX_VALUE})
    void testRow62StatusIsANumberOf31Bits(final int status) throws Exception {
        try (RawMqttClient client = subscribed()) {
            final CompletableFuture<MethodAnswer> call = methods().call("dev-001", "reboot", "");
            Publication.read(client);
            assertEquals(1, client.publish("$iothub/methods/res/%d/?$rid=1".formatted(status), 1, "{}").readPuback());
            assertEquals(status, call.get().status());
        }
    }

    @Test
    void testRow62SwitchKeepsTheConnection() throws IOException {
        HUB.emulator().hub().turnOn(HubSwitch.MALFORMED_METHOD_ANSWER_IGNORED);
        try (RawMqttClient client = subscribed()) {
            assertEquals(1, client.publish("$iothub/methods/res/200", 1, "{}").readPuback());
        }
    }

    @Test
    void testRow62BadBody() throws Exception {
        try (RawMqttClient client = subscribed()) {
            final CompletableFuture<MethodAnswer> notJson = methods().call("dev-001", "reboot", "");
            client.publish("$iothub/methods/res/200/?$rid=1", 1, "done");
            assertFailure(ServiceError.INVALID_RESPONSE, notJson);
            final CompletableFuture<MethodAnswer> large = methods().call("dev-001", "reboot", "");
            client.publish("$iothub/methods/res/200/?$rid=2", 2, "\"" + "x".repeat(131_071) + "\"");
            assertFailure(ServiceError.MESSAGE_TOO_LARGE, large);
            final CompletableFuture<MethodAnswer> fits = methods().call("dev-001", "reboot", "");
            client.publish("$iothub/methods/res/200/?$rid=3", 3, "\"" + "x".repeat(131_070) + "\"");
            assertEquals(200, fits.get().status());
            final CompletableFuture<MethodAnswer> blank = methods().call("dev-001", "reboot", "");
            client.publish("$iothub/methods/res/200/?$rid=4", 4, " ");
            assertFailure(ServiceError.INVALID_RESPONSE, blank);
            final CompletableFuture<MethodAnswer> marked = methods().call("dev-001", "reboot", "");
            client.publish("$iothub/methods/res/200/?$rid=5", 5, "\uFEFF{}");
            assertFailure(ServiceError.INVALID_RESPONSE, marked);
            final CompletableFuture<MethodAnswer> utf16 = methods().call("dev-001", "reboot", "");
            client.publish(1, "$iothub/methods/res/200/?$rid=6", 6, "{}".getBytes(StandardCharsets.UTF_16LE));
            assertFailure(ServiceError.INVALID_RESPONSE, utf16);
        }
    }

    @Test
    void testRow63AnswerOfAnEarlierConnectionIsIgnored() throws IOException {
        final CompletableFuture<MethodAnswer> call;
        try (RawMqttClient client = subscribed()) {
            call = methods().call("dev-001", "reboot", "");
            assertEquals("$iothub/methods/POST/reboot/?$rid=1", Publication.read(client).topic());
        }

        try (RawMqttClient client = subscribed()) {
            assertEquals(1, client.publish("$iothub/methods/res/200/?$rid=1", 1, "{}").readPuback());
            assertFalse(call.isDone());
            assertEquals(1, methods().droppedAnswers());
            HUB.emulator().hub().turnOn(HubSwitch.UNKNOWN_METHOD_ANSWER_CLOSES);
            client.publish("$iothub/methods/res/200/?$rid=1", 1, "{}");
            assertTrue(client.isClosedSilently());
            Conditions.awaitEnd(HUB.emulator(), 63);
        }
    }

    @Test
    void testBadCalls() throws ServiceException {
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call(DEVICE, MethodCall.of("reboot", "").withResponseTimeout(4)));
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call(DEVICE, MethodCall.of("reboot", "").withResponseTimeout(301)));
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call(DEVICE, MethodCall.of("reboot", "").withConnectTimeout(301)));
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call("dev-001", "", ""));
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call("dev-001", "a+b", ""));
        assertFailure(ServiceError.ARGUMENT_INVALID, methods().call("dev-001", "reboot", "{"));
        assertFailure(ServiceError.MESSAGE_TOO_LARGE, methods().call("dev-001", "reboot", "\"" + "x".repeat(131_071) + "\""));
        assertFailure(ServiceError.DEVICE_NOT_FOUND, methods().call("nobody", "reboot", ""));
    }

    @Test
    void testManyCallsGetTheirOwnAnswers() throws Exception {
        final int count = 200;
        try (RawMqttClient client = subscribed()) {
            final List<CompletableFuture<MethodAnswer>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                calls.add(methods().call("dev-001", "echo", Integer.toString(i)));
            }

            final List<Publication> requests = new ArrayList<>();
            while (requests.size() < count) {
                requests.add(Publication.read(client));
            }

            Collections.shuffle(requests, new Random(1));
            for (final Publication request : requests) {
                client.publish(0, "$iothub/methods/res/200/" + request.topic().substring(request.topic().indexOf('?')), 0,
                        request.payload().getBytes(StandardCharsets.UTF_8));
            }

            for (int i = 0; i < count; i++) {
                assertEquals(i, calls.get(i).get(10, TimeUnit.SECONDS).payload().asInt());
            }
        }
    }

    private static Methods methods() {
        return HUB.emulator().methods();
    }

    private static void assertFailure(final ServiceError error, final CompletableFuture<MethodAnswer> call) {
        final ExecutionException failure = assertThrows(ExecutionException.class, () -> call.get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS));
        assertEquals(error, assertInstanceOf(ServiceException.class, failure.getCause()).error());
    }

    private static RawMqttClient connected() throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
        assertEquals(0, client.readConnack() & 0xFF);
        return client;
    }

    private static RawMqttClient subscribed() throws IOException {
        final RawMqttClient client = connected();
        client.subscribe(1, FILTER, 1).read();
        return client;
    }
}
