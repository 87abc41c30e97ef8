/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.service.ErrorBody;
import java.time.Instant;

/** An error answer in the shape of the provisioning service API. */
final class ProvisioningException extends Exception {

    private static final int STATUS_BASE = 1000;
    private static final int BAD_REQUEST = 400004;
    private static final int NOT_FOUND = 404201;
    private static final int CONFLICT = 409201;
    private static final int PRECONDITION_FAILED = 412001;

    private static final long serialVersionUID = 1L;

    private final int errorCode;

    private ProvisioningException(final int errorCode, final String message) {
        super(message);
        this.errorCode = errorCode;
    }

    static ProvisioningException badRequest(final String message) {
        return new ProvisioningException(BAD_REQUEST, message);
    }

    static ProvisioningException notFound(final String id) {
        return new ProvisioningException(NOT_FOUND, "There is no [%s].".formatted(id));
    }

    static ProvisioningException conflict(final String id) {
        return new ProvisioningException(CONFLICT, "[%s] exists already; to change it give its ETag, or *, in If-Match.".formatted(id));
    }

    static ProvisioningException preconditionFailed(final String id, final String etag) {
        return new ProvisioningException(PRECONDITION_FAILED, "[%s] has the ETag [%s].".formatted(id, etag));
    }

    int errorCode() {
        return errorCode;
    }

    ManagementResponse response(final Instant now) {
        return ManagementResponse.json(errorCode / STATUS_BASE, ErrorBody.of(errorCode, getMessage(), now));
    }
}
