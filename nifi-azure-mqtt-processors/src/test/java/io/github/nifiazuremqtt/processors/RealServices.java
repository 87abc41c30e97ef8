/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.services.StandardDeviceCredentialsService;
import io.github.nifiazuremqtt.services.StandardIoTHubConnectionService;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.ssl.SSLContextProvider;
import org.apache.nifi.util.TestRunner;

/**
 * The services that a flow has, connected to an emulated hub.
 */
final class RealServices {

    static final String IDENTIFIER = "connections";

    private RealServices() {
    }

    /**
     * @param credentials properties of the credentials service
     * @param connections properties of the connection service, beside those that it needs
     */
    static StandardIoTHubConnectionService enable(final TestRunner runner, final IoTHubEmulator emulator, final Map<String, String> credentials,
                                                  final Map<String, String> connections) throws InitializationException {
        final StandardDeviceCredentialsService credentialsService = new StandardDeviceCredentialsService();
        add(runner, "credentials", credentialsService, credentials);
        add(runner, "trust", new Trust(emulator), Map.of());
        final StandardIoTHubConnectionService service = new StandardIoTHubConnectionService();
        runner.addControllerService(IDENTIFIER, service);
        runner.setProperty(service, "Device Credentials Service", "credentials");
        runner.setProperty(service, "SSL Context Service", "trust");
        connections.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
        return service;
    }

    /**
     * Properties of credentials that open every device of the hub.
     */
    static Map<String, String> policy(final IoTHubEmulator emulator) {
        return Map.of("Authentication Strategy", findValue("Shared Access Policy"), "Policy Name", "device", "Policy Key",
                emulator.hub().policy("device").primaryKey());
    }

    private static String findValue(final String displayName) {
        return new StandardDeviceCredentialsService().getPropertyDescriptor("Authentication Strategy").getAllowableValues().stream()
                .filter(value -> value.getDisplayName().equals(displayName)).findFirst().orElseThrow().getValue();
    }

    private static void add(final TestRunner runner, final String identifier, final ControllerService service, final Map<String, String> properties)
            throws InitializationException {
        runner.addControllerService(identifier, service);
        properties.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
    }

    /** Trusts the authority of the emulator. */
    private static final class Trust extends AbstractControllerService implements SSLContextProvider {

        private final IoTHubEmulator emulator;

        private Trust(final IoTHubEmulator emulator) {
            this.emulator = emulator;
        }

        @Override
        public SSLContext createContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<X509ExtendedKeyManager> createKeyManager() {
            return Optional.empty();
        }

        @Override
        public X509TrustManager createTrustManager() {
            try {
                final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                store.setCertificateEntry("emulator", emulator.trustAnchor());
                final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                return (X509TrustManager) factory.getTrustManagers()[0];
            } catch (final GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
