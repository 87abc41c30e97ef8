/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.time.Duration;

/**
 * What a registration has to do next.
 */
sealed interface Step {

    /**
     * Send the register request.
     *
     * @param delay how long to wait before
     */
    record Register(Duration delay) implements Step {
    }

    /**
     * Ask how far the operation is.
     *
     * @param operationId operation
     * @param delay       how long to wait before
     */
    record Poll(String operationId, Duration delay) implements Step {
    }

    /**
     * Nothing more: the device has a hub.
     *
     * @param result where it was assigned
     */
    record Assigned(ProvisioningResult result) implements Step {
    }

    /**
     * Nothing more: the service will not register the device as things are.
     *
     * @param failure reason
     */
    record Refused(IoTHubException failure) implements Step {
    }
}
