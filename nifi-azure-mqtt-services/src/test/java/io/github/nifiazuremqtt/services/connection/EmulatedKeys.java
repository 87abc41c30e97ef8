/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.nifi.controller.AbstractControllerService;

/** Credentials that look the keys up in the registry of the emulated hub. */
final class EmulatedKeys extends AbstractControllerService implements DeviceCredentialsService {

    private final IoTHubEmulator emulator;

    private volatile Duration life = Duration.ofHours(1);

    private volatile String wrongPrimary;

    EmulatedKeys(final IoTHubEmulator emulator) {
        this.emulator = emulator;
    }

    EmulatedKeys life(final Duration tokenLife) {
        life = tokenLife;
        return this;
    }

    EmulatedKeys wrongPrimary(final String key) {
        wrongPrimary = key;
        return this;
    }

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        final String deviceId = target.identity().deviceId();
        final IdentityKey key = target.identity().module().map(module -> IdentityKey.module(deviceId, module)).orElse(IdentityKey.device(deviceId));
        final Authentication keys = emulator.hub(target.authority()).registry().find(key).map(RegisteredIdentity::authentication)
                .orElseGet(Authentication::newKeys);
        final String resource = target.identity().module().map(module -> "%s/devices/%s/modules/%s".formatted(target.authority(), deviceId, module))
                .orElse("%s/devices/%s".formatted(target.authority(), deviceId));
        final String primary = wrongPrimary == null ? keys.primary() : wrongPrimary;
        return List.of(new Key("primary key", resource, primary), new Key("secondary key", resource, keys.secondary()));
    }

    @Override
    public Optional<ConnectionDetails> findConnectionDetails() {
        return Optional.empty();
    }

    private final class Key implements DeviceCredential {

        private final String label;

        private final String resource;

        private final String key;

        private Key(final String label, final String resource, final String key) {
            this.label = label;
            this.resource = resource;
            this.key = key;
        }

        @Override
        public String getLabel() {
            return label;
        }

        @Override
        public Optional<AccessToken> createAccessToken() {
            final Instant end = Instant.now().plus(life);
            // A token counts whole seconds; what is left of a short life is what matters to the one who renews.
            return Optional.of(new AccessToken(SasToken.sign(resource, key, end, "").text(), end));
        }

        @Override
        public Optional<X509ExtendedKeyManager> findKeyManager() {
            return Optional.empty();
        }
    }
}
