/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;

/**
 * What is to be sent for one FlowFile.
 */
interface TwinPatch {

    /**
     * @return true if it cannot be made without knowing what the twin has
     */
    boolean needsReported();

    /**
     * @param reported what the twin may have, or null if it was not read; learns what this patch adds
     * @return merge patch
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if IoT Hub would not take it
     */
    byte[] create(ReportedProperties reported);
}
