/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.scheduling.ExecutionNode;

/**
 * Context of a processor that runs on the primary node only, which not every version of nifi-mock can say.
 */
final class PrimaryNodeContext {

    private PrimaryNodeContext() {
    }

    static ProcessContext of(final ProcessContext context) {
        return (ProcessContext) Proxy.newProxyInstance(PrimaryNodeContext.class.getClassLoader(), new Class<?>[] {ProcessContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getExecutionNode")) {
                        return ExecutionNode.PRIMARY;
                    }
                    try {
                        return method.invoke(context, arguments);
                    } catch (final InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
