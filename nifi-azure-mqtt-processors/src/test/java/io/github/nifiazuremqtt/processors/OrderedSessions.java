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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.FlowFileFilter;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * Sessions whose queue keeps its order as NiFi's does with the prioritizer FirstInFirstOutPrioritizer. The mock puts what a filter rejects, and what is
 * rolled back, behind everything else. A queue that NiFi has swapped out in part does that too with what is rolled back, though not with what is rejected.
 */
final class OrderedSessions implements ProcessSessionFactory {

    private final ProcessSessionFactory sessions;

    private final boolean swapped;

    /** By the id of a FlowFile, where it is not the id itself. */
    private final Map<Long, Long> places = new HashMap<>();

    private long lastPlace = Long.MAX_VALUE / 2;

    private OrderedSessions(final ProcessSessionFactory sessions, final boolean swapped) {
        this.sessions = sessions;
        this.swapped = swapped;
    }

    static OrderedSessions of(final ProcessSessionFactory sessions) {
        return new OrderedSessions(sessions, false);
    }

    /**
     * As a queue with more FlowFiles than {@code nifi.queue.swap.threshold}.
     */
    static OrderedSessions ofSwappedQueue(final ProcessSessionFactory sessions) {
        return new OrderedSessions(sessions, true);
    }

    @Override
    public ProcessSession createSession() {
        final Ordered handler = new Ordered(sessions.createSession());
        return (ProcessSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ProcessSession.class}, handler);
    }

    private synchronized List<FlowFile> take(final ProcessSession session, final FlowFileFilter filter) {
        final List<FlowFile> all = new ArrayList<>(session.get(flowFile -> FlowFileFilterResult.ACCEPT_AND_CONTINUE));
        all.sort(Comparator.comparingLong(flowFile -> places.getOrDefault(flowFile.getId(), flowFile.getId())));
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

    private synchronized void rolledBack(final Collection<Long> flowFiles) {
        if (swapped) {
            flowFiles.stream().sorted().forEach(id -> places.put(id, ++lastPlace));
        }
    }

    private final class Ordered implements InvocationHandler {

        private final ProcessSession session;

        private final Set<Long> held = new HashSet<>();

        private Ordered(final ProcessSession session) {
            this.session = session;
        }

        @Override
        public Object invoke(final Object proxy, final Method method, final Object[] arguments) throws Throwable {
            if (method.getName().equals("get") && arguments != null && arguments[0] instanceof FlowFileFilter filter) {
                final List<FlowFile> taken = take(session, filter);
                taken.forEach(flowFile -> held.add(flowFile.getId()));
                return taken;
            }
            if (method.getName().equals("migrate")) {
                final Ordered owner = (Ordered) Proxy.getInvocationHandler(arguments[0]);
                final Set<Long> moved = ((Collection<?>) arguments[1]).stream().map(flowFile -> ((FlowFile) flowFile).getId()).collect(Collectors.toSet());
                held.removeAll(moved);
                owner.held.addAll(moved);
                arguments[0] = owner.session;
            } else if (method.getName().equals("rollback")) {
                rolledBack(held);
                held.clear();
            } else if (method.getName().startsWith("commit")) {
                held.clear();
            }

            try {
                return method.invoke(session, arguments);
            } catch (final InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
