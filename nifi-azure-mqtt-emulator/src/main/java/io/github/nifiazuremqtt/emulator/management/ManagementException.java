/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.service.ErrorBody;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import java.time.Instant;

/** An error answer in the shape of the service API. */
public final class ManagementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String errorCode;

    /**
     * Makes an error answer.
     *
     * @param status HTTP status
     * @param errorCode name of the error in the service API, such as {@code DeviceNotFound}
     * @param message what is wrong
     */
    public ManagementException(final int status, final String errorCode, final String message) {
        super("ErrorCode:%s;%s".formatted(errorCode, message));
        this.status = status;
        this.errorCode = errorCode;
    }

    static ManagementException of(final ServiceError error, final String message) {
        return new ManagementException(error.status(), error.apiName(), message);
    }

    int status() {
        return status;
    }

    String errorCode() {
        return errorCode;
    }

    ManagementResponse response(final Instant now) {
        return ManagementResponse.json(status, new JsonObject()
                .with("Message", getMessage())
                .with("ExceptionMessage", "Tracking ID:" + ErrorBody.trackingId(now)).fields()).withHeader("iothub-errorcode", errorCode);
    }
}
