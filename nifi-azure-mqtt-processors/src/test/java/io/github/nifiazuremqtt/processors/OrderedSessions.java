/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.FlowFileFilter;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * Sessions whose queue keeps its order as NiFi's does with the prioritizer FirstInFirstOutPrioritizer. The mock puts what a filter rejects, and what is
 * rolled back, behind everything else.
 */
final class OrderedSessions implements ProcessSessionFactory {

    private final ProcessSessionFactory sessions;

    OrderedSessions(final ProcessSessionFactory sessions) {
        this.sessions = sessions;
    }

    @Override
    public ProcessSession createSession() {
        final Ordered handler = new Ordered(sessions.createSession());
        return (ProcessSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ProcessSession.class}, handler);
    }

    private synchronized List<FlowFile> take(final ProcessSession session, final FlowFileFilter filter) {
        final List<FlowFile> all = new ArrayList<>(session.get(flowFile -> FlowFileFilterResult.ACCEPT_AND_CONTINUE));
        all.sort(Comparator.comparingLong(FlowFile::getId));
        final List<FlowFile> accepted = new ArrayList<>();
        final List<FlowFile> rejected = new ArrayList<>();
        boolean goOn = true;
        for (final FlowFile flowFile : all) {
            final FlowFileFilterResult result = goOn ? filter.filter(flowFile) : FlowFileFilterResult.REJECT_AND_TERMINATE;
            goOn = result.isContinue();
            (result.isAccept() ? accepted : rejected).add(flowFile);
        }
        if (!rejected.isEmpty()) {
            final ProcessSession returned = sessions.createSession();
            session.migrate(returned, rejected);
            returned.rollback();
        }
        return accepted;
    }

    private final class Ordered implements InvocationHandler {

        private final ProcessSession session;

        private Ordered(final ProcessSession session) {
            this.session = session;
        }

        @Override
        public Object invoke(final Object proxy, final Method method, final Object[] arguments) throws Throwable {
            if (method.getName().equals("get") && arguments != null && arguments[0] instanceof FlowFileFilter filter) {
                return take(session, filter);
            }
            if (method.getName().equals("migrate")) {
                arguments[0] = ((Ordered) Proxy.getInvocationHandler(arguments[0])).session;
            }

            try {
                return method.invoke(session, arguments);
            } catch (final InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
