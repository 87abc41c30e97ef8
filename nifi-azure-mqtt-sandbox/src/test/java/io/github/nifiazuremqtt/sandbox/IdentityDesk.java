/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;

/**
 * Brings a device to life as a person does: registers it at the emulated hub, or enrolls it at the emulated Device Provisioning Service, and says what has to
 * be entered in the credentials service.
 */
final class IdentityDesk {

    private static final String STORE_PASSWORD = "key-store-password-4711";

    private static final String AUTHORITY = "plant-root";

    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final IoTHubEmulator hub;
    private final DpsEmulator dps;
    private final Path files;
    private final CertificateAuthority root = CertificateAuthority.root("Plant Root");
    private final String groupKey = Authentication.newKey();

    /**
     * @param files directory for certificates and keys
     */
    IdentityDesk(final IoTHubEmulator hub, final DpsEmulator dps, final Path files) {
        this.hub = hub;
        this.dps = dps;
        this.files = files;
        hub.hub().authorities().addVerified(AUTHORITY, root.certificate());
        dps.service().authorities().addVerified(AUTHORITY, root.certificate());
        dps.enrollments().put(Enrollment.group("by-key", Attestation.symmetricKey(groupKey, Authentication.newKey())));
        dps.enrollments().put(Enrollment.group("by-certificate", Attestation.authority(AUTHORITY)));
    }

    /** Registers a device at the hub. */
    Map<String, String> register(final Proof proof, final String device, final FlowEditor editor) throws IOException, GeneralSecurityException {
        return switch (proof) {
            case CONNECTION_STRING -> {
                register(device, Authentication.newKeys());
                yield Map.of("Authentication Strategy", "Connection String", "Connection String", hub.connectionString(device).text());
            }
            case DEVICE_KEY -> {
                final Authentication keys = Authentication.newKeys();
                register(device, keys);
                yield deviceKey(keys.primary());
            }
            case GROUP_KEY -> {
                // No hub knows of groups: the derived key is what the provisioning service, or a person, has entered there.
                register(device, Authentication.keys(SasToken.derivedKey(groupKey, device), Authentication.newKey()));
                yield groupKey(groupKey);
            }
            case SIGNATURE -> {
                register(device, Authentication.newKeys());
                yield signature(hub.token(device, TOKEN_LIFE));
            }
            case SSL_CONTEXT -> {
                register(device, Authentication.certificateAuthority());
                yield keyStore(device, editor);
            }
            case PEM -> {
                final CertifiedKey key = CertifiedKey.selfSigned(CertificateProfile.client(device));
                register(device, Authentication.thumbprints(Thumbprint.sha256(key.certificate()).hex(), ""));
                yield pemFiles(device, key);
            }
        };
    }

    /** Enrolls a device at the provisioning service, by itself or as one of a group. */
    Map<String, String> enroll(final Proof proof, final String device, final FlowEditor editor) throws IOException, GeneralSecurityException {
        return switch (proof) {
            case CONNECTION_STRING -> register(proof, device, editor);
            case DEVICE_KEY -> deviceKey(enroll(device));
            case GROUP_KEY -> groupKey(groupKey);
            case SIGNATURE -> signature(dps.token(device, enroll(device), TOKEN_LIFE));
            case SSL_CONTEXT -> keyStore(device, editor);
            case PEM -> {
                final CertifiedKey key = CertifiedKey.selfSigned(CertificateProfile.client(device));
                dps.enrollments().put(Enrollment.individual(device, Attestation.clientCertificate(key.certificate())));
                yield pemFiles(device, key);
            }
        };
    }

    /** A token for the hub, made with the key of an individual enrollment, which is also that of the device. */
    Map<String, String> signatureForHub(final String device) {
        final String key = dps.enrollments().individual(device).orElseThrow().attestation().primary();
        return signature(SasToken.sign(hub.hostName() + "/devices/" + device, key, hub.clock().instant().plus(TOKEN_LIFE), "").text());
    }

    private void register(final String device, final Authentication authentication) {
        hub.hub().registry().put(IdentityKey.device(device), true, authentication);
    }

    private String enroll(final String device) {
        final Attestation keys = Attestation.symmetricKey();
        dps.enrollments().put(Enrollment.individual(device, keys));
        return keys.primary();
    }

    private static Map<String, String> deviceKey(final String key) {
        return Map.of("Authentication Strategy", "Device Key", "Device Key", key);
    }

    private static Map<String, String> groupKey(final String key) {
        return Map.of("Authentication Strategy", "Enrollment Group Key", "Enrollment Group Key", key);
    }

    private static Map<String, String> signature(final String token) {
        return Map.of("Authentication Strategy", "Shared Access Signature", "Shared Access Signature", token);
    }

    private Map<String, String> keyStore(final String device, final FlowEditor editor) throws IOException, GeneralSecurityException {
        final Path store = files.resolve(device + ".p12");
        try (OutputStream output = Files.newOutputStream(store)) {
            root.issue(CertificateProfile.client(device)).keyStore(STORE_PASSWORD.toCharArray()).store(output, STORE_PASSWORD.toCharArray());
        }
        final String service = editor.createService("org.apache.nifi.ssl.StandardSSLContextService", Map.of("Keystore Filename", store.toString(),
                "Keystore Password", STORE_PASSWORD, "Keystore Type", "PKCS12"));
        return Map.of("Authentication Strategy", "X.509 Certificate", "Client Certificate SSL Context Service", service);
    }

    /** Each device has a directory of its own; the path holds the device id, as for a whole fleet. */
    private Map<String, String> pemFiles(final String device, final CertifiedKey key) throws IOException {
        final Path directory = Files.createDirectories(files.resolve(device));
        Files.writeString(directory.resolve("chain.pem"), Pem.certificates(key.chain()));
        Files.writeString(directory.resolve("private-key.pem"), Pem.privateKey(key.privateKey(), new char[0]));
        return Map.of("Authentication Strategy", "X.509 PEM", "Certificate", files + "/${iothub.device.id}/chain.pem",
                "Private Key", files + "/${iothub.device.id}/private-key.pem");
    }

    /** The ways in which a device can prove who it is. */
    enum Proof {
        CONNECTION_STRING("connection string"), DEVICE_KEY("device key"), GROUP_KEY("enrollment group key"), SIGNATURE("shared access signature"),
        SSL_CONTEXT("X.509 by SSL Context Service"), PEM("X.509 PEM");

        private final String title;

        Proof(final String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }
}
