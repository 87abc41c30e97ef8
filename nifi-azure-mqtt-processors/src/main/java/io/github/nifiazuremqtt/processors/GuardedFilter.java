/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.function.Function;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.FlowFileFilter;

/**
 * Keeps an unexpected exception out of the queue of NiFi, which would lose sight of every FlowFile that it has looked at, and gives it back afterwards.
 */
final class GuardedFilter implements FlowFileFilter {

    private final Function<FlowFile, FlowFileFilterResult> filter;

    private RuntimeException failure;

    GuardedFilter(final Function<FlowFile, FlowFileFilterResult> filter) {
        this.filter = filter;
    }

    @Override
    public FlowFileFilterResult filter(final FlowFile flowFile) {
        try {
            return filter.apply(flowFile);
        } catch (final RuntimeException e) {
            failure = e;
            return FlowFileFilterResult.REJECT_AND_TERMINATE;
        }
    }

    /**
     * Throws what the filter has thrown.
     */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }
}
