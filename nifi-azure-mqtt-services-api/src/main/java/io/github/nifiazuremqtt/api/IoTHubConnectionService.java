/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Optional;
import org.apache.nifi.controller.ControllerService;

/**
 * Holds the one connection of every device identity that this node speaks for, and hands out leases and receivers. Thread-safe.
 */
public interface IoTHubConnectionService extends ControllerService {

    /**
     * @return the identity that the credentials name by themselves (a connection string does), used where a component names none
     */
    Optional<DeviceIdentity> findConfiguredIdentity();

    /**
     * Takes a lease, which starts to open the connection if it is not open. Does not wait for anything: whether the hub takes the identity, and whether there
     * are credentials for it, is seen in {@link DeviceConnection#getStatus}.
     *
     * @throws IoTHubException {@link FailureCategory#LIMIT_REACHED} if the maximum number of connections is in use,
     *                         {@link FailureCategory#INVALID_CONTENT} if the identity breaks a rule of IoT Hub,
     *                         {@link FailureCategory#CLOSED} if the service is disabled
     */
    DeviceConnection acquire(DeviceIdentity identity);

    /**
     * Receives cloud-to-device messages. At most one receiver takes the messages of an identity at a time. What waits in memory is bounded by the hub, which
     * keeps 50 messages for a device; while nobody takes them the hub sends them again and again, and each still waits here once.
     *
     * @param selection devices
     * @throws IoTHubException {@link FailureCategory#LIMIT_REACHED} if another receiver has the identity already,
     *                         {@link FailureCategory#INVALID_CONFIGURATION} if the identity is a module, to which IoT Hub sends no such messages, and as for
     *                         {@link #acquire}
     */
    Receiver<ReceivedMessage> receiveMessages(DeviceSelection selection);

    /**
     * Receives the desired properties: the whole section after every connect, and every change in between, in version order. Several receivers of one
     * identity each get everything. {@link Receiver#acknowledge} has no effect on the hub.
     *
     * @param capacity updates that wait in memory at most; when it is reached, what waits is replaced by the whole section, which is read again
     */
    Receiver<DesiredPropertiesUpdate> receiveDesiredProperties(DeviceSelection selection, int capacity);

    /**
     * Receives direct methods. At most one receiver takes the methods of an identity at a time. {@link Receiver#acknowledge} has no effect on the hub: a
     * method ends with {@link DeviceConnection#respond}.
     *
     * @param capacity requests that wait in memory at most; the caller of one more is answered 503 at once
     */
    Receiver<MethodRequest> receiveMethods(DeviceSelection selection, int capacity);
}
