/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.services.connection.ConnectionSettings;
import io.github.nifiazuremqtt.services.connection.DeviceConnections;
import io.github.nifiazuremqtt.services.connection.HubAssignment;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;

/**
 * Connections of devices and modules to IoT Hub or to an IoT Edge gateway.
 */
@Tags({"azure", "iot", "iot hub", "iot edge", "mqtt", "device", "connection"})
@CapabilityDescription("Connects devices and modules to Azure IoT Hub or to an Azure IoT Edge gateway over MQTT. Each identity has exactly "
        + "one connection, which "
        + "all processors share that use it; connections are opened when they are needed, kept, renewed before their token ends, and closed "
        + "when nobody needs them.")
@SystemResourceConsideration(resource = SystemResource.MEMORY,
        description = "About 50 KB for each connection, and the messages in flight on it, which Maximum Messages In Flight limits")
@SystemResourceConsideration(resource = SystemResource.NETWORK, description = "One TCP connection for each device or module")
public final class StandardIoTHubConnectionService extends AbstractControllerService implements IoTHubConnectionService {

    private volatile DeviceConnections connections;

    private volatile DeviceIdentity configuredIdentity;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return ConnectionProperties.ALL;
    }

    /**
     * Reads the configuration; connections are made when they are needed.
     */
    @OnEnabled
    public void onEnabled(final ConfigurationContext context) {
        final DeviceCredentialsService credentials = context.getProperty(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE)
                .asControllerService(DeviceCredentialsService.class);
        final Optional<ConnectionDetails> details = credentials.findConnectionDetails();
        final HostAddress hub = ConnectionProperties.readHost(context, ConnectionProperties.HOST_NAME)
                .or(() -> details.map(ConnectionDetails::hostName).map(HostAddress::parse))
                .orElseThrow(() -> new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                        "Host Name is empty, and the credentials hold no connection string that names a hub"));
        final HostAddress gateway = details.flatMap(ConnectionDetails::findGatewayHostName).map(HostAddress::parse).orElse(null);
        final ConnectionSettings settings = ConnectionProperties.readSettings(context, gateway);
        configuredIdentity = details.map(ConnectionDetails::identity).orElse(null);
        connections = new DeviceConnections("IoTHubConnection-" + getIdentifier(), settings, credentials, HubAssignment.of(hub), getLogger());
    }

    /**
     * Ends all connections and threads.
     */
    @OnDisabled
    public void onDisabled() {
        final DeviceConnections running = connections;
        connections = null;
        configuredIdentity = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public Optional<DeviceIdentity> findConfiguredIdentity() {
        return Optional.ofNullable(configuredIdentity);
    }

    @Override
    public DeviceConnection acquire(final DeviceIdentity identity) {
        return running().registry().acquire(identity);
    }

    private DeviceConnections running() {
        final DeviceConnections running = connections;
        if (running == null) {
            throw new IoTHubException(FailureCategory.CLOSED, "The connection service is disabled");
        }
        return running;
    }

    @Override
    public Receiver<ReceivedMessage> receiveMessages(final DeviceSelection selection, final int capacity) {
        return running().registry().receiveMessages(selection);
    }

    @Override
    public Receiver<DesiredPropertiesUpdate> receiveDesiredProperties(final DeviceSelection selection, final int capacity) {
        return running().registry().receiveDesiredProperties(selection, capacity);
    }

    @Override
    public Receiver<MethodRequest> receiveMethods(final DeviceSelection selection, final int capacity) {
        return running().registry().receiveMethods(selection, capacity);
    }
}
