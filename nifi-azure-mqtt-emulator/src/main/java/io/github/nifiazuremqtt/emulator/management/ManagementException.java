/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import java.util.Map;

/** An error answer in the shape of the service API. */
public final class ManagementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

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
    }

    ManagementResponse response() {
        return ManagementResponse.json(status, Map.of("Message", getMessage(), "ExceptionMessage", ""));
    }
}
