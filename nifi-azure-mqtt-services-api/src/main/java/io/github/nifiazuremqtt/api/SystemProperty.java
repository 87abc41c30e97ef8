/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

/**
 * System properties of a message that have a name in the IoT Hub documentation (contract section 3.2). Others are kept by their key, see
 * {@link MessageProperties#otherSystem()}.
 */
public enum SystemProperty {

    MESSAGE_ID,
    CORRELATION_ID,
    USER_ID,
    TO,
    CONTENT_TYPE,
    CONTENT_ENCODING,

    /** ISO 8601, UTC. */
    CREATION_TIME,

    /** ISO 8601, UTC. */
    EXPIRY_TIME,

    /** Output of an IoT Edge module. */
    OUTPUT_NAME,

    /** Plug and Play component. */
    COMPONENT_NAME,

    /** Feedback asked for by the sender of a cloud-to-device message: none, positive, negative or full. */
    ACK
}
