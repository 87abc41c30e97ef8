/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.Optional;

/**
 * Topics of the Device Provisioning Service (contract section 8.2).
 */
public final class ProvisioningTopics {

    /** Filter for answers. */
    public static final String RESPONSES_FILTER = "$dps/registrations/res/#";

    private static final String RESPONSE_PREFIX = "$dps/registrations/res/";

    private ProvisioningTopics() {
    }

    public static String register(final String requestId) {
        return "$dps/registrations/PUT/iotdps-register/?$rid=" + requestId;
    }

    public static String operationStatus(final String requestId, final String operationId) {
        return "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=" + requestId + "&operationId=" + operationId;
    }

    public static Optional<ResponseTopic> parseResponse(final String topic) {
        return ResponseTopic.parse(RESPONSE_PREFIX, topic);
    }
}
