/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.processor.exception.FlowFileHandlingException;

/**
 * Sessions that cannot be committed, as when the disk of the FlowFile repository is full.
 */
final class FailingCommit implements ProcessSessionFactory {

    private final ProcessSessionFactory sessions;

    FailingCommit(final ProcessSessionFactory sessions) {
        this.sessions = sessions;
    }

    @Override
    public ProcessSession createSession() {
        final ProcessSession session = sessions.createSession();
        return (ProcessSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ProcessSession.class},
                (proxy, method, arguments) -> invoke(session, method, arguments));
    }

    @SuppressWarnings("unchecked")
    private static Object invoke(final ProcessSession session, final Method method, final Object[] arguments) throws Throwable {
        if (method.getName().startsWith("commit")) {
            final FlowFileHandlingException failure = new FlowFileHandlingException("disk full");
            session.rollback();
            if (arguments != null && arguments.length == 2) {
                ((Consumer<Throwable>) arguments[1]).accept(failure);
            }
            throw failure;
        }

        try {
            return method.invoke(session, arguments);
        } catch (final InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
