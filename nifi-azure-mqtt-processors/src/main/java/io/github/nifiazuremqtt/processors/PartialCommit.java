/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Collection;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * Separates FlowFiles whose fate is decided from those that go back to their queue. These are rolled back, which keeps their queue date, by which a prioritizer
 * puts them in front of later ones again; a transfer to the queue would not.
 */
final class PartialCommit {

    private PartialCommit() {
    }

    /**
     * @param total number of FlowFiles in the session
     * @return the session to transfer and commit the decided ones in; everything else is rolled back
     */
    static ProcessSession separate(final ProcessSession session, final ProcessSessionFactory sessionFactory, final Collection<FlowFile> decided,
                                   final int total) {
        if (decided.size() == total) {
            return session;
        }

        final ProcessSession decidedSession = sessionFactory.createSession();
        if (!decided.isEmpty()) {
            session.migrate(decidedSession, decided);
        }
        session.rollback();
        return decidedSession;
    }
}
