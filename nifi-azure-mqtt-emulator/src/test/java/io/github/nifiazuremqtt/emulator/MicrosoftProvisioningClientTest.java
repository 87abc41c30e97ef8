/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.provisioning.device.AdditionalData;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientSubstatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderX509;
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.dps.AllocationResult;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Microsoft's provisioning client registers, and its device client connects with what comes out. Hub and provisioning service share the ports. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class MicrosoftProvisioningClientTest {

    private static final String HOST = "127.0.0.1";

    private final CertificateAuthority root = CertificateAuthority.root("Plant Root");
    private WellKnownPorts ports;
    private IoTHubEmulator hub;
    private DpsEmulator dps;

    /** The two ways to the service, for both clients. */
    enum Way {
        MQTT(ProvisioningDeviceClientTransportProtocol.MQTT, IotHubClientProtocol.MQTT),
        MQTT_WS(ProvisioningDeviceClientTransportProtocol.MQTT_WS, IotHubClientProtocol.MQTT_WS);

        private final ProvisioningDeviceClientTransportProtocol toDps;
        private final IotHubClientProtocol toHub;

        Way(final ProvisioningDeviceClientTransportProtocol toDps, final IotHubClientProtocol toHub) {
            this.toDps = toDps;
            this.toHub = toHub;
        }
    }

    @BeforeEach
    void start() throws IOException {
        ports = WellKnownPorts.start(IoTHubEmulator.builder().hostName(HOST));
        hub = ports.emulator();
        dps = DpsEmulator.builder().hub(hub).startBesideHub();
    }

    @AfterEach
    void stop() throws IOException {
        dps.close();
        ports.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testSymmetricKey(final Way way) throws Exception {
        final String key = Authentication.newKey();
        dps.enrollments().put(Enrollment.individual("sn-007", Attestation.symmetricKey(key, Authentication.newKey())).withDeviceId("press-4"));

        final ProvisioningDeviceClientRegistrationResult result = registerAndSend(way, new SymmetricKey(key, "sn-007"));

        assertEquals("press-4", result.getDeviceId());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testGroupWithSymmetricKey(final Way way) throws Exception {
        final String groupKey = Authentication.newKey();
        dps.enrollments().put(Enrollment.group("plant", Attestation.symmetricKey(groupKey, Authentication.newKey())));

        registerAndSend(way, new SymmetricKey(SasToken.derivedKey(groupKey, "sn-007"), "sn-007"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testClientCertificate(final Way way) throws Exception {
        final CertifiedKey key = CertifiedKey.selfSigned(CertificateProfile.client("sn-007"));
        dps.enrollments().put(Enrollment.individual("sn-007", Attestation.clientCertificate(key.certificate())));

        registerAndSend(way, new ClientCertificate(key));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testGroupWithAuthority(final Way way) throws Exception {
        dps.service().authorities().addVerified("root", root.certificate());
        dps.enrollments().put(Enrollment.group("plant", Attestation.authority("root")));

        registerAndSend(way, new ClientCertificate(root.intermediate("Line 1").issue(CertificateProfile.client("sn-007"))));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testPayloadBothWays(final Way way) throws Exception {
        final String key = Authentication.newKey();
        dps.enrollments().put(Enrollment.individual("sn-007", Attestation.symmetricKey(key, key)).withAllocation(request -> new AllocationResult(HOST,
                JsonNodeFactory.instance.objectNode().put("line", request.payload().asText() + " seen"))));
        final AdditionalData data = new AdditionalData();
        data.setProvisioningPayload("{\"modelId\":\"dtmi:com:example:Press;1\"}");

        final ProvisioningDeviceClient client = client(way, new SymmetricKey(key, "sn-007"));
        try {
            assertTrue(client.registerDeviceSync(data).getProvisioningPayload().contains("dtmi:com:example:Press;1"));
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void testGroupKeyInsteadOfDerivedKey(final Way way) throws Exception {
        final String groupKey = Authentication.newKey();
        dps.enrollments().put(Enrollment.group("plant", Attestation.symmetricKey(groupKey, groupKey)));

        final ProvisioningDeviceClient client = client(way, new SymmetricKey(groupKey, "sn-007"));
        try {
            assertThrows(ProvisioningDeviceClientException.class, client::registerDeviceSync);
            assertTrue(dps.counters().unauthorized() > 0);
        } finally {
            client.close();
        }
    }

    private ProvisioningDeviceClientRegistrationResult registerAndSend(final Way way, final SecurityProvider security) throws Exception {
        final ProvisioningDeviceClientRegistrationResult result;
        final ProvisioningDeviceClient client = client(way, security);
        try {
            result = client.registerDeviceSync();
        } finally {
            client.close();
        }

        assertEquals(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED, result.getProvisioningDeviceClientStatus());
        assertEquals(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT, result.getSubstatus());
        assertEquals(HOST, result.getIothubUri());
        assertEquals(1, dps.counters().registrations("sn-007"));
        send(way, security, result);
        return result;
    }

    private void send(final Way way, final SecurityProvider security, final ProvisioningDeviceClientRegistrationResult result) throws Exception {
        final DeviceClient client = deviceClient(way, security, result);
        try {
            client.open(false);
            client.sendEvent(new Message("4.2".getBytes(StandardCharsets.UTF_8)));
            assertTrue(hub.telemetry().await(1, Duration.ofSeconds(10)));
            final TelemetryMessage message = hub.telemetry().messages().getFirst();
            assertEquals(result.getDeviceId(), message.deviceId());
            assertEquals("4.2", message.text());
        } finally {
            client.close();
        }
    }

    /** With keys the device client trusts what it is told to only if it is given a connection string. */
    private static DeviceClient deviceClient(final Way way, final SecurityProvider security, final ProvisioningDeviceClientRegistrationResult result)
            throws Exception {
        final ClientOptions options = ClientOptions.builder().sslContext(security.getSSLContext()).build();
        return security instanceof final SymmetricKey key
                ? new DeviceClient("HostName=%s;DeviceId=%s;SharedAccessKey=%s".formatted(result.getIothubUri(), result.getDeviceId(), key.text()),
                        way.toHub, options)
                : new DeviceClient(result.getIothubUri(), result.getDeviceId(), security, way.toHub, options);
    }

    private ProvisioningDeviceClient client(final Way way, final SecurityProvider security) throws Exception {
        return ProvisioningDeviceClient.create(HOST, dps.idScope(), way.toDps, security);
    }

    /** Trusts the emulator. */
    private final class SymmetricKey extends SecurityProviderSymmetricKey {

        private final String key;

        SymmetricKey(final String key, final String registrationId) {
            super(key, Base64.getEncoder().encodeToString(new byte[32]), registrationId);
            this.key = key;
        }

        String text() {
            return key;
        }

        @Override
        public SSLContext getSSLContext() {
            return RawMqttClient.trusting(hub.trustAnchor());
        }
    }

    /** Trusts the emulator and shows a certificate. */
    private final class ClientCertificate extends SecurityProviderX509 {

        private final CertifiedKey key;

        ClientCertificate(final CertifiedKey key) {
            this.key = key;
        }

        @Override
        public String getClientCertificateCommonName() {
            return "sn-007";
        }

        @Override
        public X509Certificate getClientCertificate() {
            return key.certificate();
        }

        @Override
        public Key getClientPrivateKey() {
            return key.privateKey();
        }

        @Override
        public Collection<X509Certificate> getIntermediateCertificatesChain() {
            return List.copyOf(key.chain().subList(1, key.chain().size()));
        }

        @Override
        public SSLContext getSSLContext() {
            try {
                return ClientTls.context(hub.trustAnchor(), key);
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
