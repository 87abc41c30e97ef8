/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.state.MockStateManager;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AssignmentStateTest {

    private final MockStateManager stateManager = new MockStateManager(new StandardIoTHubConnectionService());

    private final MockComponentLog log = new MockComponentLog("state", this);

    @Test
    void testChangesAreWrittenTogetherAndReadAgain() throws IOException {
        final Map<String, String> hubs = new HashMap<>();
        try (AssignmentState state = state("0ne1")) {
            state.setSource(() -> hubs);
            for (int device = 0; device < 1000; device++) {
                hubs.put("sn-" + device, "hub.example:18883");
                state.onChanged();
            }
        }

        final MockStateManager writtenOnce = new MockStateManager(new StandardIoTHubConnectionService());
        writtenOnce.setState(Map.of(), Scope.LOCAL);
        assertEquals(writtenOnce.getState(Scope.LOCAL).getStateVersion(), stateManager.getState(Scope.LOCAL).getStateVersion());
        try (AssignmentState state = state("0ne1")) {
            assertEquals(hubs, state.load());
        }
    }

    @Test
    void testChangeIsDoneWhenItIsWritten() throws IOException {
        try (AssignmentState state = state("0ne1")) {
            state.setSource(() -> Map.of("sn-1", "hub.example"));
            state.onChanged().join();
            assertEquals("hub.example", stateManager.getState(Scope.LOCAL).get("sn-1"));
        }
    }

    @Test
    void testChangeAfterTheEndKeepsNobodyWaiting() {
        final AssignmentState state = state("0ne1");
        state.close();
        assertTrue(state.onChanged().isDone());
    }

    @Test
    void testOtherIdScopeIsForgotten() {
        try (AssignmentState state = state("0ne1")) {
            state.setSource(() -> Map.of("sn-1", "hub.example"));
            state.onChanged();
        }
        try (AssignmentState state = state("0ne2")) {
            assertTrue(state.load().isEmpty());
        }
    }

    @Test
    void testUnusableIsForgotten() throws IOException {
        stateManager.setState(Map.of("/id-scope", "0ne1", "sn-1", "no host", "sn-2", "hub.example"), Scope.LOCAL);
        try (AssignmentState state = state("0ne1")) {
            assertEquals(Map.of("sn-2", "hub.example"), state.load());
        }
    }

    @Test
    void testFailureToKeepIsSaidAndBearable() {
        stateManager.setFailOnStateSet(Scope.LOCAL, true);
        try (AssignmentState state = state("0ne1")) {
            state.setSource(() -> Map.of("sn-1", "hub.example"));
            state.onChanged().join();
        }
        assertEquals(1, log.getWarnMessages().size());
    }

    @Test
    void testUnchangedIsNotWritten() throws IOException {
        state("0ne1").close();
        assertTrue(stateManager.getState(Scope.LOCAL).toMap().isEmpty());
    }

    private AssignmentState state(final String idScope) {
        return new AssignmentState(stateManager, idScope, log, "assignment-state-test");
    }
}
