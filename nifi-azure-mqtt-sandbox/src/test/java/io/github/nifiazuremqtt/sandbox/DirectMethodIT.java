/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.method.MethodCall;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whoever calls a method of a device gets the answer to his own call, or an honest time-out, and never an answer to another.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class DirectMethodIT {

    private static final int NUMBER = 200;

    private static final int RESPONSE_SECONDS = 15;

    private static final long SEED = 20_261_120;

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private final List<Call> calls = new ArrayList<>();

    private IoTHubEmulator hub;
    private DeviceFlow flow;
    private String consumer;

    @BeforeEach
    void create() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        flow = DeviceFlow.create(NIFI.get(), hub, DEVICE);
        consumer = flow.add(ProcessorSettings.azure("ConsumeDirectMethod").with("Queue Capacity", Integer.toString(2 * NUMBER)));
    }

    @AfterEach
    void remove() throws Exception {
        flow.editor().delete();
        hub.close();
    }

    @Test
    void testAnswersInAnyOrder() throws Exception {
        final ProcessorSettings route = ProcessorSettings.standard("RouteOnAttribute").terminating("unmatched");
        final String router = flow.editor().createProcessor(Way.settings(route));
        flow.editor().connect(consumer, router, "success");
        for (final Way way : List.of(Way.FAST, Way.SLOW, Way.LATE)) {
            final String responder = flow.add(ProcessorSettings.azure("RespondDirectMethod").with("Status Code", Integer.toString(way.status))
                    .every(way.period).terminating("success", "failure"));
            flow.editor().connect(router, responder, way.name());
        }
        flow.editor().startAll();
        awaitReachable();

        final Random random = new Random(SEED);
        for (int caller = 0; caller < NUMBER; caller++) {
            call(caller, Way.values()[random.nextInt(Way.values().length)]);
        }

        final Map<Way, Integer> answered = new EnumMap<>(Way.class);
        for (final Call call : calls) {
            if (await(call)) {
                answered.merge(call.way, 1, Integer::sum);
            }
        }
        final int late = made(Way.LATE) - answered.getOrDefault(Way.LATE, 0);
        Await.until("the late answers", LIMIT, () -> hub.methods().droppedAnswers() == late);
        final int all = answered.values().stream().mapToInt(Integer::intValue).sum();
        Report.line("seed %d, %d calls: %d got their own answer %s, %d timed out, %d of them were answered too late", SEED, NUMBER, all, answered,
                NUMBER - all, late);
        assertEquals(made(Way.FAST), answered.get(Way.FAST));
        assertEquals(made(Way.SLOW), answered.get(Way.SLOW));
        assertTrue(late > 0);
    }

    /** Request ids begin anew on each connection, so that an old answer would fit a new call. */
    @Test
    void testConnectionLostBeforeTheAnswers() throws Exception {
        final String responder = flow.add(ProcessorSettings.azure("RespondDirectMethod").with("Status Code", Integer.toString(Way.FAST.status)));
        final String queue = flow.editor().connectInOrder(consumer, responder, "success");
        final String answered = flow.addQueue(responder, "success");
        final String unanswered = flow.addQueue(responder, "failure");
        flow.editor().startProcessor(consumer);
        awaitReachable();
        for (int caller = 0; caller < NUMBER / 2; caller++) {
            call(caller, Way.FAST);
        }
        flow.monitor().awaitQueued(queue, NUMBER / 2, LIMIT);

        final long before = hub.connections().opened(DEVICE);
        hub.faults().dropConnections();
        Await.until("a new connection", LIMIT, () -> hub.connections().opened(DEVICE) > before);
        awaitReachable();
        for (int caller = NUMBER / 2; caller < NUMBER; caller++) {
            call(caller, Way.FAST);
        }
        flow.monitor().awaitQueued(queue, NUMBER, LIMIT);
        flow.editor().startProcessor(responder);

        for (final Call call : calls) {
            assertEquals(call.caller >= NUMBER / 2, await(call), () -> "caller " + call.caller);
        }
        flow.monitor().awaitQueued(queue, 0, LIMIT);
        Report.line("%d calls on the connection before: all timed out; %d on the new one: all got their own answer", NUMBER / 2, NUMBER / 2);
        assertEquals(NUMBER / 2, flow.monitor().queued(answered));
        assertEquals(NUMBER / 2, flow.monitor().queued(unanswered));
        assertEquals(0, hub.methods().droppedAnswers());
    }

    private void awaitReachable() throws Exception {
        Await.until("methods are subscribed", LIMIT, () -> hub.hub().session(IdentityKey.device(DEVICE))
                .filter(session -> session.filters().contains("$iothub/methods/POST/#")).isPresent());
    }

    private void call(final int caller, final Way way) {
        final JsonNode payload = NiFiRest.MAPPER.createObjectNode().put("caller", caller).put("way", way.name());
        calls.add(new Call(caller, way, payload, hub.methods().call(IdentityKey.device(DEVICE), new MethodCall(way.name(), payload, RESPONSE_SECONDS, 0))));
    }

    private int made(final Way way) {
        return (int) calls.stream().filter(call -> call.way == way).count();
    }

    /** Waits for the end of a call; true for its own answer, false for a time-out. */
    private static boolean await(final Call call) throws Exception {
        if (call.answer.handle((answer, failure) -> failure == null).get(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            assertEquals(call.way.status, call.answer.get().status());
            assertEquals(call.payload.toString(), call.answer.get().payload().toString());
            return true;
        }

        final ExecutionException failure = assertThrows(ExecutionException.class, call.answer::get);
        assertEquals(ServiceError.DEVICE_TIMED_OUT, assertInstanceOf(ServiceException.class, failure.getCause()).error());
        return false;
    }

    /** What the flow does with a call, by the name of the method. */
    private enum Way {
        FAST(200, "0 sec"), SLOW(202, "2 sec"), LATE(203, "20 sec"), NEVER(0, "0 sec");

        private final int status;
        private final String period;

        Way(final int status, final String period) {
            this.status = status;
            this.period = period;
        }

        private static ProcessorSettings settings(final ProcessorSettings route) {
            ProcessorSettings settings = route;
            for (final Way way : List.of(FAST, SLOW, LATE)) {
                settings = settings.with(way.name(), "${iothub.method.name:equals('%s')}".formatted(way.name()));
            }
            return settings;
        }
    }

    private record Call(int caller, Way way, JsonNode payload, CompletableFuture<MethodAnswer> answer) {
    }
}
