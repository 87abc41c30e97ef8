/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.controller.NodeTypeProvider;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.scheduling.ExecutionNode;

/**
 * One device, one connection, one node: a second connection of a device ends the first. Validation does not know on which nodes a processor runs, so this is
 * asked when it is started.
 */
final class SingleNodeRule {

    private SingleNodeRule() {
    }

    /**
     * @param cure what to choose besides running on the primary node only
     */
    static void requireOneNode(final NodeTypeProvider nodes, final ProcessContext context, final String cure) {
        if (nodes.isConfiguredForClustering() && context.getExecutionNode() != ExecutionNode.PRIMARY) {
            throw new ProcessException("The device is the same on all nodes of the cluster, and a second connection of a device ends the first. "
                    + "Set Execution to Primary node, or " + cure);
        }
    }
}
