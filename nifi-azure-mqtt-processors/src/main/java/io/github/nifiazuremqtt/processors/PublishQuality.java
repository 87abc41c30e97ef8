/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.QualityOfService;
import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Quality of Service.
 */
enum PublishQuality implements DescribedValue {

    AT_LEAST_ONCE("1 - At least once", "A FlowFile is done when IoT Hub has acknowledged its message. After a lost connection a message can arrive twice, "
            + "with the same message id.", QualityOfService.AT_LEAST_ONCE),

    AT_MOST_ONCE("0 - At most once", "A FlowFile is done when its message is written to the network. What is under way when a connection ends is lost.",
            QualityOfService.AT_MOST_ONCE);

    private final String displayName;

    private final String description;

    private final QualityOfService qualityOfService;

    PublishQuality(final String displayName, final String description, final QualityOfService qualityOfService) {
        this.displayName = displayName;
        this.description = description;
        this.qualityOfService = qualityOfService;
    }

    QualityOfService toQualityOfService() {
        return qualityOfService;
    }

    @Override
    public String getValue() {
        return displayName;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
