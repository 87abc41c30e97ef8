/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.azure.core.credential.AzureSasCredential;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubUnauthorizedException;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodRequestOptions;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodsClient;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Microsoft's own service client is the judge of the service API. It takes a host name with a port when it is given a token instead of a connection string. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@ResourceLock("javax.net.ssl.HttpsURLConnection")
class MicrosoftServiceClientTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").module("dev-001", "mod-a").freshPerTest().build();

    private static final SSLSocketFactory FACTORY = HttpsURLConnection.getDefaultSSLSocketFactory();

    @BeforeAll
    static void trustEmulator() {
        HttpsURLConnection.setDefaultSSLSocketFactory(RawMqttClient.trusting(HUB.emulator().trustAnchor()).getSocketFactory());
    }

    @AfterAll
    static void trustAsBefore() {
        HttpsURLConnection.setDefaultSSLSocketFactory(FACTORY);
    }

    @Test
    void testTwin() throws Exception {
        final TwinClient client = new TwinClient(host(), credential("service"));
        final Twin twin = client.get("dev-001");
        assertEquals("dev-001", twin.getDeviceId());
        assertEquals(1, twin.getDesiredProperties().getVersion());
        final Twin change = new Twin("dev-001");
        change.getDesiredProperties().put("interval", 5);
        change.getTags().put("site", "A");
        change.setETag(twin.getETag());
        final Twin patched = client.patch(change);
        assertEquals(2, patched.getDesiredProperties().getVersion());
        assertEquals("A", patched.getTags().get("site"));
        assertNotNull(patched.getDesiredProperties().getTwinMetadata("interval"));
        change.getDesiredProperties().clear();
        change.getDesiredProperties().put("other", Map.of("a", 1));
        final Twin replaced = client.replace(change);
        assertEquals("{\"a\":1}", replaced.getDesiredProperties().get("other").toString());
        assertNull(replaced.getDesiredProperties().get("interval"));
        assertThrows(IotHubPreconditionFailedException.class, () -> client.patch(change, "AAAAAAAAAGQ="));
        assertEquals("mod-a", client.get("dev-001", "mod-a").getModuleId());
        assertThrows(IotHubNotFoundException.class, () -> client.get("nobody"));
    }

    @Test
    void testDirectMethod() throws Exception {
        final DirectMethodsClient client = new DirectMethodsClient(host(), credential("iothubowner"));
        // without options it asks the hub to wait 200 seconds for the device, longer than it waits for the hub
        assertThrows(IotHubNotFoundException.class, () -> client.invoke("dev-001", "reboot",
                DirectMethodRequestOptions.builder().methodResponseTimeoutSeconds(5).methodConnectTimeoutSeconds(0).build()));
        try (RawMqttClient device = RawMqttClient.open(HUB.emulator())) {
            device.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001"));
            device.subscribe(1, "$iothub/methods/POST/#", 0).read();
            final CompletableFuture<Publication> request = CompletableFuture.supplyAsync(() -> answer(device));
            final DirectMethodResponse response = client.invoke("dev-001", "reboot",
                    DirectMethodRequestOptions.builder().payload(Map.of("delay", 5)).methodResponseTimeoutSeconds(10).build());
            assertEquals(201, response.getStatus());
            assertEquals("{\"done\":true}", response.getPayloadAsJsonString());
            assertEquals(new Publication("$iothub/methods/POST/reboot/?$rid=1", "{\"delay\":5}", 0, 0, false), request.get());
        }
    }

    @Test
    void testTokenIsNeeded() {
        assertThrows(IotHubUnauthorizedException.class, () -> new TwinClient(host(), credential("device")).get("dev-001"));
        assertThrows(IotHubUnauthorizedException.class,
                () -> new TwinClient(host(), new AzureSasCredential(HUB.emulator().token("dev-001", Duration.ofHours(1)))).get("dev-001"));
        assertThrows(IotHubUnauthorizedException.class,
                () -> new TwinClient(host(), new AzureSasCredential(HUB.emulator().policyToken("service", Duration.ofSeconds(-1)))).get("dev-001"));
    }

    private static Publication answer(final RawMqttClient device) {
        try {
            final Publication request = Publication.read(device);
            device.publish("$iothub/methods/res/201/?$rid=1", 1, "{\"done\":true}");
            return request;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String host() {
        return "localhost:" + HUB.emulator().serviceApiPort();
    }

    private static AzureSasCredential credential(final String policy) {
        return new AzureSasCredential(HUB.emulator().policyToken(policy, Duration.ofHours(1)));
    }
}
