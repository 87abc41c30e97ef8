/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.Locale;

/** Of which outcomes the sender of a cloud-to-device message wants to hear. */
public enum FeedbackRequest {
    NONE(false, false), POSITIVE(true, false), NEGATIVE(false, true), FULL(true, true);

    private final boolean ofSuccess;
    private final boolean ofFailure;

    FeedbackRequest(final boolean ofSuccess, final boolean ofFailure) {
        this.ofSuccess = ofSuccess;
        this.ofFailure = ofFailure;
    }

    /** The request by its name on the wire. */
    public static FeedbackRequest of(final String wireName) throws ServiceException {
        for (final FeedbackRequest request : values()) {
            if (request.wireName().equals(wireName)) {
                return request;
            }
        }

        throw new ServiceException(ServiceError.ARGUMENT_INVALID, "There is no feedback '%s'.".formatted(wireName));
    }

    /** The name on the wire and in the service API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean includes(final MessageOutcome outcome) {
        return outcome == MessageOutcome.SUCCESS ? ofSuccess : ofFailure;
    }
}
