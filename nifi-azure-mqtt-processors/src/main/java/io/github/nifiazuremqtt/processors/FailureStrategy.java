/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Failure Strategy.
 */
enum FailureStrategy implements DescribedValue {

    KEEP_IN_QUEUE("Keep in Queue", "FlowFiles of a device whose credentials are refused wait in the queue until a person has put it right. Many of them fill "
            + "the queue, which stops other devices too."),

    ROUTE_TO_FAILURE("Route to Failure", "FlowFiles of a device whose credentials are refused go to failure when it has been refused for the Refusal Timeout, "
            + "until it is accepted again.");

    private final String displayName;

    private final String description;

    FailureStrategy(final String displayName, final String description) {
        this.displayName = displayName;
        this.description = description;
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
