/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Collection;
import java.util.function.Consumer;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * Commits FlowFiles whose fate is decided apart from the others in their session. Those are not transferred to their queue but stay in the session, whose
 * roll-back keeps their queue date, by which a prioritizer puts them in front of later ones again.
 */
final class PartialCommit {

    private final ProcessSession session;

    private final ProcessSessionFactory sessionFactory;

    PartialCommit(final ProcessSession session, final ProcessSessionFactory sessionFactory) {
        this.session = session;
        this.sessionFactory = sessionFactory;
    }

    /**
     * Commits FlowFiles in a session of their own. If anything fails they are rolled back, so that none is left in a session that nobody ends.
     *
     * @param decided   FlowFiles to commit
     * @param transfer  transfers each of them
     * @param onFailure told if they could not be committed, before the failure is thrown
     */
    void commit(final Collection<FlowFile> decided, final Consumer<ProcessSession> transfer, final Consumer<Throwable> onFailure) {
        if (decided.isEmpty()) {
            return;
        }

        final ProcessSession decidedSession = sessionFactory.createSession();
        session.migrate(decidedSession, decided);
        commit(decidedSession, transfer, onFailure);
    }

    /**
     * Commits the session as a whole, or rolls it back if anything fails.
     *
     * @param transfer  transfers each FlowFile
     * @param onFailure told if they could not be committed, before the failure is thrown
     */
    void commitAll(final Consumer<ProcessSession> transfer, final Consumer<Throwable> onFailure) {
        commit(session, transfer, onFailure);
    }

    private static void commit(final ProcessSession session, final Consumer<ProcessSession> transfer, final Consumer<Throwable> onFailure) {
        try {
            transfer.accept(session);
        } catch (final Throwable e) {
            session.rollback();
            onFailure.accept(e);
            throw e;
        }
        session.commitAsync(() -> { }, onFailure);
    }
}
