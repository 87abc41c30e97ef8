/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of which nobody says where its devices live: one publisher, one group key, three hubs.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FleetIT {

    private static final int DEVICES = 1_000;

    private static final int FEW = 10;

    private static final String SECOND_HUB = "127.0.0.2";

    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** NiFi's own threads come and go. */
    private static final int THREADS_TOLERATED = 25;

    @TempDir
    private Path directory;

    private final Arrivals arrivals = new Arrivals();
    private IoTHubEmulator firstHub;
    private IoTHubEmulator secondHub;
    private IoTHubEmulator thirdHub;
    private DpsEmulator dps;
    private NiFiInstance nifi;
    private Path input;
    private String failures;

    @BeforeEach
    void start() throws Exception {
        firstHub = IoTHubEmulator.builder().start();
        secondHub = IoTHubEmulator.builder().hostName(SECOND_HUB).address(SECOND_HUB).authority(firstHub.authority()).start();
        thirdHub = IoTHubEmulator.builder().hostName("127.0.0.1").authority(firstHub.authority()).start();
        final Attestation groupKey = Attestation.symmetricKey();
        dps = DpsEmulator.builder().hub(firstHub).hub(secondHub).hub(thirdHub).enroll(Enrollment.group("presses", groupKey)).start();
        hubs().forEach(hub -> hub.telemetry().addListener(arrivals));
        nifi = NiFiInstance.start(directory.resolve("nifi"), NiFiOptions.DEFAULT);
        input = Files.createDirectory(directory.resolve("input"));
        createFlow(groupKey.primary());
    }

    @AfterEach
    void stop() {
        nifi.close();
        dps.close();
        hubs().forEach(IoTHubEmulator::close);
    }

    @Test
    void testEveryDeviceRegistersOnceAndOnlyThoseThatMovedAgain() throws Exception {
        publishFrom(FEW, "few");
        final int threadsOfFew = nifi.client().monitor().threads();
        final Duration first = publishFrom(DEVICES, "first");
        final int threadsOfAll = nifi.client().monitor().threads();
        Report.line("%d devices registered, connected and heard on 3 hubs in %d s; threads of NiFi: %d with %d devices, %d with %d", DEVICES, first.toSeconds(),
                threadsOfFew, FEW, threadsOfAll, DEVICES);
        assertEquals(DEVICES, dps.counters().registrations());
        assertEquals(Set.of(), registeredAgain());
        assertEquals(0, dps.counters().throttled());
        assertEquals(DEVICES, hubs().mapToInt(hub -> hub.hub().registry().devices().size()).sum());
        assertTrue(threadsOfAll <= threadsOfFew + THREADS_TOLERATED, threadsOfFew + " threads, then " + threadsOfAll);

        nifi.stop();
        nifi.start();
        final Duration second = publishFrom(DEVICES, "after restart");
        Report.line("NiFi restarted: %d devices heard in %d s, %d registrations", DEVICES, second.toSeconds(), dps.counters().registrations() - DEVICES);
        assertEquals(Set.of(), registeredAgain());

        final Set<String> moved = devices(secondHub);
        dps.service().evacuate(SECOND_HUB);
        final Duration third = publishFrom(DEVICES, "after a hub was closed");
        Report.line("one hub closed: its %d devices registered again, all %d heard in %d s", moved.size(), DEVICES, third.toSeconds());
        assertEquals(moved, registeredAgain());
        assertEquals(DEVICES + moved.size(), dps.counters().registrations());
        assertEquals(Set.of(), devices(secondHub));
        assertEquals(0, nifi.client().monitor().queued(failures));
    }

    private void createFlow(final String groupKey) throws InterruptedException, TimeoutException {
        final FlowEditor editor = nifi.client().createGroup("Fleet");
        final EmulatedHub services = new EmulatedHub(editor, firstHub);
        final String credentials = services.createCredentials(Map.of("Authentication Strategy", "Enrollment Group Key", "Enrollment Group Key", groupKey));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(credentials, provisioning.createProvisioning(credentials), Map.of());

        final String source = editor.createProcessor(ProcessorSettings.standard("GetFile").with("Input Directory", input.toString())
                .with("Keep Source File", "false").with("Polling Interval", "0 sec").with("File Filter", ".*\\.txt").every("100 ms"));
        final String split = editor.createProcessor(ProcessorSettings.standard("SplitText").with("Line Split Count", "1").terminating("original", "failure"));
        final String extract = editor.createProcessor(ProcessorSettings.standard("ExtractText").with("device", "^(\\S+)").terminating("unmatched"));
        final String publisher = editor.createProcessor(ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .with("Device ID", "${device}").terminating("success"));
        final String failed = editor.createProcessor(ProcessorSettings.standard("LogAttribute").terminating("success"));
        editor.connect(source, split, "success");
        editor.connect(split, extract, "splits");
        editor.connect(extract, publisher, "matched");
        failures = editor.connect(publisher, failed, "failure");

        editor.enableServices();
        for (final String processor : List.of(source, split, extract, publisher)) {
            editor.startProcessor(processor);
        }
    }

    /** One message of each device; returns when all have arrived. */
    private Duration publishFrom(final int devices, final String text) throws IOException, InterruptedException, TimeoutException {
        final long start = System.nanoTime();
        final Path file = Files.writeString(input.resolve(text + ".tmp"),
                IntStream.range(0, devices).mapToObj(device -> name(device) + " " + text).collect(Collectors.joining("\n")));
        Files.move(file, input.resolve(text + ".txt"), StandardCopyOption.ATOMIC_MOVE);
        try {
            Await.until("messages", LIMIT, () -> arrivals.devices(text) == devices);
        } catch (final TimeoutException e) {
            throw new TimeoutException("Messages [%s] of %d of %d devices, %d registrations".formatted(text, arrivals.devices(text), devices,
                    dps.counters().registrations()));
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String name(final int device) {
        return "press-" + device;
    }

    private Set<String> registeredAgain() {
        return dps.counters().registrationsById().entrySet().stream().filter(entry -> entry.getValue() > 1).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static Set<String> devices(final IoTHubEmulator hub) {
        return hub.hub().registry().devices().stream().map(RegisteredIdentity::key).map(key -> key.deviceId()).collect(Collectors.toSet());
    }

    private Stream<IoTHubEmulator> hubs() {
        return Stream.of(firstHub, secondHub, thirdHub);
    }

    /** From which devices messages of which text have come. */
    private static final class Arrivals implements Consumer<TelemetryMessage> {

        private final Map<String, Set<String>> devicesByText = new ConcurrentHashMap<>();

        @Override
        public void accept(final TelemetryMessage message) {
            final String text = message.text();
            final int end = text.indexOf(' ');
            if (message.deviceId().equals(text.substring(0, end))) {
                devicesByText.computeIfAbsent(text.substring(end + 1), unknown -> ConcurrentHashMap.newKeySet()).add(message.deviceId());
            }
        }

        private int devices(final String text) {
            return devicesByText.getOrDefault(text, Set.of()).size();
        }
    }
}
