/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.CredentialTarget.Service;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.ConnectionString;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The connection string of one device or module: it says where and as whom to connect, and its proof is a source of its own.
 *
 * @param connectionString connection string
 * @param proof            the key, token or certificate that it names
 */
public record ConnectionStringSource(ConnectionString connectionString, CredentialSource proof) implements CredentialSource {

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        if (target.service() == Service.DEVICE_PROVISIONING) {
            throw refusal("Registration [%s]: the connection string is that of device [%s] at a hub and opens no registration; choose Enrollment Group Key, "
                    + "Device Key or a certificate", target.registrationId(), connectionString.identity());
        }
        if (!connectionString.identity().equals(target.identity())) {
            throw refusal("The connection string is that of [%s] and not of [%s]: a service with a connection string speaks for this one identity",
                    connectionString.identity(), target.identity());
        }
        if (!connectionString.host().host().equalsIgnoreCase(target.authority())) {
            throw refusal("The connection string of [%s] is for hub [%s] and not for [%s]: leave the host name to it",
                    connectionString.identity(), connectionString.host().host(), target.authority());
        }

        return proof.getCredentials(target);
    }

    @Override
    public List<Finding> examine(final DeviceIdentity identity) {
        final List<Finding> findings = new ArrayList<>();
        findings.add(Finding.good("Read Connection String", "%s [%s] at hub [%s]%s".formatted(
                connectionString.identity().module().isPresent() ? "Module" : "Device", connectionString.identity(), connectionString.host(),
                connectionString.findGateway().map(" through gateway [%s]"::formatted).orElse(""))));
        findings.addAll(proof.examine(connectionString.identity()));
        return findings;
    }

    @Override
    public Optional<String> findWarning() {
        return proof.findWarning();
    }

    @Override
    public boolean endsByItself() {
        return proof.endsByItself();
    }

    @Override
    public List<String> reviewExpirations() {
        return proof.reviewExpirations();
    }

    @Override
    public Optional<ConnectionDetails> findConnectionDetails() {
        return Optional.of(new ConnectionDetails(connectionString.host().toString(), connectionString.identity(),
                connectionString.findGateway().map(HostAddress::toString).orElse(null)));
    }

    private static IoTHubException refusal(final String text, final Object... arguments) {
        return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, text.formatted(arguments));
    }
}
