/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.controller.ControllerService;

/**
 * Registers devices with the Azure IoT Hub Device Provisioning Service, at the pace that the service allows. Thread-safe.
 */
public interface DeviceProvisioningService extends ControllerService {

    /**
     * Registers a device and follows the operation to its end.
     *
     * @param timeout longest time for the whole registration, waiting for its turn included
     * @return where the device was assigned. Fails with {@link IoTHubException}: {@link FailureCategory#UNAUTHORIZED} for a wrong key or certificate;
     * {@link FailureCategory#REFUSED} if the registration failed, or its enrollment is disabled or unknown; {@link FailureCategory#THROTTLED},
     * {@link FailureCategory#SERVER_ERROR}, {@link FailureCategory#NOT_CONNECTED}, {@link FailureCategory#CONNECTION_LOST} or
     * {@link FailureCategory#TIMED_OUT} if it can succeed later.
     */
    CompletableFuture<ProvisioningResult> register(ProvisioningRequest request, Duration timeout);

    /**
     * @return ID scope, for texts and provenance
     */
    String getIdScope();

    /**
     * @return where registrations are made, for provenance: {@code mqtts://global.azure-devices-provisioning.net/<id scope>}
     */
    String getEndpointUri();
}
