/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No key, token or password is found in anything that NiFi writes or shows, not even with the log at DEBUG and while things go wrong.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class SecretsIT {

    private static final String DEVICE = "dev-001";

    private static final String WRONG_KEY = Base64.getEncoder().encodeToString("a wrong key of the right length!".getBytes(StandardCharsets.US_ASCII));

    /** The inside of a private key, as it is pasted without its BEGIN line. */
    private static final String KEY_BODY = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + WRONG_KEY.replace("=", "") + WRONG_KEY.replace("=", "");

    private static final List<Map<String, String>> MUTILATED = List.of(
            Map.of("Authentication Strategy", "X.509 PEM", "Certificate", "/no/such/file.pem", "Private Key", KEY_BODY),
            Map.of("Authentication Strategy", "Device Key", "Device Key", "'bm90IGEga2V5IG9mIGFueWJvZHk"),
            Map.of("Authentication Strategy", "Connection String", "Connection String", "HostName=h;DeviceId=d;Key=bm90IGEga2V5IG9mIGFueWJvZHk"));

    @TempDir
    private Path directory;

    @Test
    void testNoSecretIsWrittenOrShown() throws Exception {
        final NiFiOptions options = NiFiOptions.DEFAULT.withLogLevel("io.github.nifiazuremqtt", "DEBUG").withLogLevel("com.hivemq", "DEBUG")
                .withLogLevel("io.netty", "DEBUG").withLogLevel("org.apache.nifi", "DEBUG");
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).device("dev-002").start();
             NiFiInstance nifi = NiFiInstance.start(directory, options)) {
            final IndexLog arrived = new IndexLog();
            hub.telemetry().addListener(arrived);
            final ConnectionString good = hub.connectionString(DEVICE);
            final PublishFlow flow = PublishFlow.create(nifi, hub, good);
            flow.feed(0, 200, "text");
            flow.start();
            arrived.await(200, Duration.ofMinutes(1));
            hub.faults().dropConnections();
            flow.drop(200, 200, "text");
            arrived.await(400, Duration.ofMinutes(1));

            final ConnectionString wrong = new ConnectionString(good.hostName(), "dev-002", "", WRONG_KEY);
            final PublishFlow refused = PublishFlow.create(nifi, hub, wrong);
            refused.feed(1_000, 1, "text");
            refused.start();
            Await.until("a bulletin about the refused key", Duration.ofMinutes(1), () -> nifi.client().monitor().bulletins().stream()
                    .anyMatch(bulletin -> bulletin.contains("[dev-002]")));

            final String service = "io.github.nifiazuremqtt.services.StandardDeviceCredentialsService";
            MUTILATED.forEach(properties -> flow.editor().createService(service, properties));
            Await.until("a judgement of each service with a mutilated secret", Duration.ofMinutes(1), () -> flow.editor().services().stream()
                    .filter(created -> !created.path("component").path("validationErrors").isEmpty()).count() >= MUTILATED.size());

            final List<String> secrets = List.of(good.sharedAccessKey(), WRONG_KEY, "sig=", "SharedAccessKey=", KEY_BODY.substring(0, 20), "bm90IGEga2V5IG9mIGFueWJvZHk");
            final List<String> shown = new ArrayList<>(nifi.client().monitor().bulletins());
            shown.add(nifi.client().exportFlow(flow.editor().group()).toString());
            nifi.client().monitor().provenance(flow.publisher(), null, 1_000).forEach(event -> shown.add(event.toString()));
            nifi.client().monitor().listQueue(refused.queue()).forEach(flowFile -> shown.add(flowFile.toString()));
            shown.add(nifi.client().monitor().serviceState(flow.connections()).toString());
            flow.editor().services().forEach(created -> shown.add(created.path("component").path("validationErrors").toString()));
            shown.add(new String(Files.readAllBytes(Path.of("/proc", Long.toString(nifi.pid()), "cmdline")), StandardCharsets.UTF_8));

            final List<String> found = new ArrayList<>();
            for (final String secret : secrets) {
                shown.stream().filter(text -> text.contains(secret)).forEach(text -> found.add("shown: " + text.replace(secret, "***")));
                found.addAll(search(secret));
            }
            Report.line("%d secrets searched in %d texts and in the files of NiFi, %.1f MB of log at DEBUG", secrets.size(), shown.size(),
                    Files.size(nifi.log()) / 1e6);
            assertEquals(List.of(), found);
            assertTrue(Files.readString(nifi.log()).contains("DEBUG"));
        }
    }

    /** Files of NiFi that contain the text, packed ones unpacked. */
    private List<String> search(final String secret) throws IOException {
        final List<String> found = new ArrayList<>();
        final List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".nar") && !file.toString().contains("/work/")).toList();
        }
        for (final Path file : files) {
            if (read(file).contains(secret)) {
                found.add(directory.relativize(file).toString());
            }
        }
        return found;
    }

    private static String read(final Path file) throws IOException {
        if (!file.toString().endsWith(".gz")) {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(unpacked.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
