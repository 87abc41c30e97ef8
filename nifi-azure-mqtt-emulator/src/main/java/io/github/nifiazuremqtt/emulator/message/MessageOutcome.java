/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

/** What has become of a cloud-to-device message, with the status code of its feedback. */
public enum MessageOutcome {
    /** The device has acknowledged it, or it was sent with quality of service 0. */
    SUCCESS("Success"),
    /** Its time to live has passed. */
    EXPIRED("Expired"),
    /** It was delivered too often without being acknowledged. */
    DELIVERY_COUNT_EXCEEDED("DeliveryCountExceeded"),
    /** Its queue was emptied. */
    PURGED("Purged");

    private final String statusCode;

    MessageOutcome(final String statusCode) {
        this.statusCode = statusCode;
    }

    public String statusCode() {
        return statusCode;
    }
}
