/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartialCommitTest {

    private final TestRunner runner = TestRunners.newTestRunner(PublishToIoTHub.class);

    private final ProcessSessionFactory sessions = runner.getProcessSessionFactory();

    private final List<Throwable> failures = new ArrayList<>();

    private ProcessSession session;

    private List<FlowFile> flowFiles;

    @BeforeEach
    void take() {
        runner.enqueue("1");
        runner.enqueue("2");
        session = sessions.createSession();
        flowFiles = session.get(2);
    }

    @Test
    void testPartIsCommittedAndRestStays() {
        new PartialCommit(session, sessions).commit(flowFiles.subList(0, 1), part -> part.transfer(flowFiles.subList(0, 1), PublishToIoTHub.REL_SUCCESS),
                failures::add);
        assertEquals(0, runner.getQueueSize().getObjectCount());
        session.rollback();
        assertEquals(1, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 1);
        assertEquals(List.of(), failures);
    }

    @Test
    void testFailureBeforeTheCommitLeavesNothingBehind() {
        final PartialCommit commit = new PartialCommit(session, sessions);
        assertThrows(IllegalStateException.class, () -> commit.commit(flowFiles.subList(0, 1), part -> {
            throw new IllegalStateException("unexpected");
        }, failures::add));
        assertEquals(1, runner.getQueueSize().getObjectCount());
        assertEquals(1, failures.size());

        assertThrows(IllegalStateException.class, () -> commit.commitAll(whole -> {
            throw new IllegalStateException("unexpected");
        }, failures::add));
        assertEquals(2, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testFailingCommitLeavesNothingBehind() {
        final PartialCommit commit = new PartialCommit(new FailingCommit(() -> session).createSession(), sessions);
        assertThrows(RuntimeException.class, () -> commit.commitAll(whole -> whole.transfer(flowFiles, PublishToIoTHub.REL_SUCCESS), failures::add));
        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertEquals(1, failures.size());
    }
}
