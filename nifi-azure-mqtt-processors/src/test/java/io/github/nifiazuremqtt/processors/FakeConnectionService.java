/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.nifi.controller.AbstractControllerService;

/**
 * Connection service without a network. Devices are in order and acknowledge at once until a test says otherwise.
 */
final class FakeConnectionService extends AbstractControllerService implements IoTHubConnectionService {

    static final String IDENTIFIER = "connections";

    static final String HOST_NAME = "contoso.azure-devices.net";

    private final Map<DeviceIdentity, FakeDevice> devices = new ConcurrentHashMap<>();

    private final FakeReceiver<ReceivedMessage> messages = new FakeReceiver<>();

    private final FakeReceiver<DesiredPropertiesUpdate> desiredProperties = new FakeReceiver<>();

    private final FakeReceiver<MethodRequest> methods = new FakeReceiver<>();

    private volatile DeviceIdentity configuredIdentity;

    private volatile IoTHubException refusal;

    private volatile DeviceIdentity broken;

    static String endpointUri(final DeviceIdentity identity) {
        final String modulePath = identity.module().map("/modules/"::concat).orElse("");
        return "mqtts://" + HOST_NAME + "/devices/" + identity.deviceId() + modulePath;
    }

    FakeDevice device(final String deviceId) {
        return device(DeviceIdentity.ofDevice(deviceId));
    }

    FakeDevice device(final DeviceIdentity identity) {
        return devices.computeIfAbsent(identity, FakeDevice::new);
    }

    void setConfiguredIdentity(final DeviceIdentity identity) {
        configuredIdentity = identity;
    }

    /**
     * Refuses every lease and receiver from now on; null ends it.
     */
    void setRefusal(final FailureCategory category) {
        refusal = category == null ? null : new IoTHubException(category, "No lease: " + category);
    }

    /**
     * Lets every lease of this device end in an exception that nobody expects.
     */
    void failUnexpectedly(final String deviceId) {
        broken = DeviceIdentity.ofDevice(deviceId);
    }

    int countOpenLeases() {
        return devices.values().stream().mapToInt(FakeDevice::countOpenLeases).sum();
    }

    FakeReceiver<ReceivedMessage> messages() {
        return messages;
    }

    FakeReceiver<DesiredPropertiesUpdate> desiredProperties() {
        return desiredProperties;
    }

    FakeReceiver<MethodRequest> methods() {
        return methods;
    }

    @Override
    public Optional<DeviceIdentity> findConfiguredIdentity() {
        return Optional.ofNullable(configuredIdentity);
    }

    @Override
    public DeviceConnection acquire(final DeviceIdentity identity) {
        requireNoRefusal();
        if (identity.equals(broken)) {
            throw new IllegalStateException("unexpected");
        }
        return device(identity).lease();
    }

    @Override
    public Receiver<ReceivedMessage> receiveMessages(final DeviceSelection selection) {
        requireNoRefusal();
        return messages.open(selection, 0);
    }

    @Override
    public Receiver<DesiredPropertiesUpdate> receiveDesiredProperties(final DeviceSelection selection, final int capacity) {
        requireNoRefusal();
        return desiredProperties.open(selection, capacity);
    }

    @Override
    public Receiver<MethodRequest> receiveMethods(final DeviceSelection selection, final int capacity) {
        requireNoRefusal();
        return methods.open(selection, capacity);
    }

    private void requireNoRefusal() {
        if (refusal != null) {
            throw refusal;
        }
    }
}
