/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.service;

/** The errors of a hub that callers and devices see, with their numbers and the status that goes with them. */
public enum ServiceError {
    ARGUMENT_INVALID(400004, 400, "ArgumentInvalid"),
    UNAUTHORIZED(401003, 401, "IotHubUnauthorizedAccess"),
    QUEUE_DEPTH_EXCEEDED(403004, 403, "DeviceMaximumQueueDepthExceeded"),
    DEVICE_NOT_FOUND(404001, 404, "DeviceNotFound"),
    MODULE_NOT_FOUND(404010, 404, "ModuleNotFound"),
    DEVICE_NOT_ONLINE(404103, 404, "DeviceNotOnline"),
    DEVICE_ALREADY_EXISTS(409001, 409, "DeviceAlreadyExists"),
    MODULE_ALREADY_EXISTS(409301, 409, "ModuleAlreadyExistsOnDevice"),
    PRECONDITION_FAILED(412001, 412, "PreconditionFailed"),
    MESSAGE_TOO_LARGE(413001, 413, "MessageTooLarge"),
    THROTTLED(429001, 429, "ThrottlingException"),
    SERVER_ERROR(500001, 500, "ServerError"),
    /** What a caller gets for an answer that is none; its number is not documented. */
    INVALID_RESPONSE(502000, 502, "InvalidResponseWhileProxying"),
    SERVICE_UNAVAILABLE(503001, 503, "ServiceUnavailable"),
    DEVICE_TIMED_OUT(504101, 504, "GatewayTimeout");

    private final int number;
    private final int status;
    private final String apiName;

    ServiceError(final int number, final int status, final String apiName) {
        this.number = number;
        this.status = status;
        this.apiName = apiName;
    }

    /** The six-digit number in error bodies and logs. */
    public int number() {
        return number;
    }

    /** HTTP status, also the status of twin answers. */
    public int status() {
        return status;
    }

    /** The name in error bodies and headers of the service API. */
    public String apiName() {
        return apiName;
    }
}
