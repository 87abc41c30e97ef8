/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

/**
 * Names of the FlowFile attributes that the processors write and read: what one writes, the next reads under the same name.
 */
final class IoTHubAttributes {

    static final String HOSTNAME = "iothub.hostname";
    static final String DEVICE_ID = "iothub.device.id";
    static final String MODULE_ID = "iothub.module.id";
    static final String MESSAGE_ID = "iothub.message.id";
    static final String CORRELATION_ID = "iothub.correlation.id";
    static final String USER_ID = "iothub.user.id";
    static final String TO = "iothub.to";
    static final String CREATION_TIME = "iothub.creation.time";
    static final String EXPIRY_TIME = "iothub.expiry.time";
    static final String EXPIRED = "iothub.expired";
    static final String MIME_TYPE = "mime.type";
    static final String CONTENT_ENCODING = "iothub.content.encoding";
    static final String COMPONENT = "iothub.component";
    static final String ACK = "iothub.ack";
    static final String TWIN_VERSION = "iothub.twin.version";
    static final String TWIN_DESIRED_VERSION = "iothub.twin.desired.version";
    static final String TWIN_REPORTED_VERSION = "iothub.twin.reported.version";
    static final String TWIN_COMPLETE = "iothub.twin.complete";
    static final String REQUEST_ID = "iothub.request.id";
    static final String METHOD_NAME = "iothub.method.name";
    static final String STATUS_CODE = "iothub.status.code";
    static final String ERROR_CODE = "iothub.error.code";
    static final String ERROR_BODY = "iothub.error.body";
    static final String TRACKING_ID = "iothub.tracking.id";
    static final String FAILURE_REASON = "iothub.failure.reason";
    static final String REGISTRATION_ID = "dps.registration.id";
    static final String OPERATION_ID = "dps.operation.id";
    static final String REGISTRATION_STATUS = "dps.status";
    static final String REGISTRATION_SUBSTATUS = "dps.substatus";
    static final String RECORDS_DONE = "dps.records.done";

    /** Application property with a value, which may be empty. */
    static final String PROPERTY_PREFIX = "iothub.property.";

    /** Application property without a value: a bare name on the wire, which IoT Hub keeps apart from an empty value. */
    static final String NULL_PROPERTY_PREFIX = "iothub.null.property.";

    /** System property that has no attribute of its own. */
    static final String SYSTEM_PREFIX = "iothub.system.";

    private IoTHubAttributes() {
    }
}
