/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the twin has reported is what was acknowledged last, whole: a merge patch removes only what it names.
 */
@Timeout(60)
class AcknowledgmentTest {

    private static final String DEVICE = "press-7";

    private static final Map<String, String> DONE = Map.of("code", "200");

    private static final Map<String, String> FAILED = Map.of("code", "500", "text", "jammed");

    private static final Map<String, String> PATCH = Map.of("code", "200", "iothub.twin.complete", "false");

    private final FakeConnectionService service = new FakeConnectionService();

    private final FakeTwin twin = new FakeTwin("{\"firmware\":\"2.4\",\"oven\":{\"__t\":\"c\",\"serial\":7}}");

    private TestRunner runner;

    @BeforeEach
    void start() throws InitializationException {
        twin.keep(service.device(DEVICE));
        runner = TestRunners.newTestRunner(UpdateTwin.class);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id:replaceEmpty('press-7')}");
        runner.setProperty(UpdateTwin.CONTENT_STRATEGY, TwinContent.DESIRED_PROPERTIES);
        runner.setProperty(UpdateTwin.ACKNOWLEDGMENT_CODE, "${code}");
        runner.setProperty(UpdateTwin.ACKNOWLEDGMENT_DESCRIPTION, "${text}");
    }

    @Test
    void testDescriptionOfAFailureDoesNotOutliveIt() {
        acknowledge("{\"speed\":5,\"$version\":2}", FAILED);
        assertReported("speed", "{\"value\":5,\"ac\":500,\"av\":2,\"ad\":\"jammed\"}");

        acknowledge("{\"speed\":5,\"$version\":2}", DONE);

        assertReported("speed", "{\"value\":5,\"ac\":200,\"av\":2}");
        assertEquals(0, service.device(DEVICE).countTwinReads(), "a value that is no object needs no reading");
    }

    @Test
    void testFieldThatWasRemovedMeanwhileGoes() {
        acknowledge("{\"recipe\":{\"speed\":5,\"boost\":true},\"$version\":2}", FAILED);

        acknowledge("{\"recipe\":{\"speed\":5},\"$version\":3}", DONE);

        assertReported("recipe", "{\"value\":{\"speed\":5},\"ac\":200,\"av\":3}");
        assertEquals("2.4", twin.reported().get("firmware").asText());
    }

    @Test
    void testFieldThatAPatchRemovesGoesAndTheOthersStay() {
        acknowledge("{\"recipe\":{\"speed\":5,\"boost\":true},\"$version\":2}", DONE);

        acknowledge("{\"recipe\":{\"boost\":null},\"$version\":3}", PATCH);
        assertReported("recipe", "{\"value\":{\"speed\":5},\"ac\":200,\"av\":3}");

        acknowledge("{\"recipe\":{\"boost\":false},\"$version\":4}", PATCH);
        assertReported("recipe", "{\"value\":{\"speed\":5,\"boost\":false},\"ac\":200,\"av\":4}");
    }

    @Test
    void testPatchIsKnownByItsNulls() {
        acknowledge("{\"recipe\":{\"a\":{\"x\":1,\"y\":2}},\"$version\":2}", DONE);

        acknowledge("{\"recipe\":{\"a\":{\"x\":null}},\"$version\":3}", DONE);

        assertReported("recipe", "{\"value\":{\"a\":{\"y\":2}},\"ac\":200,\"av\":3}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'a':{'x':1,'y':{'z':1}}} | {'a':{'x':1}}",
        "{'a':{'x':1,'y':{'z':1}}} | {'a':{'y':{}}}",
        "{'a':1,'b':2}             | {}",
        "{'a':1}                   | {'a':{'b':1}}",
        "{'a':{'b':1}}             | {'a':1}",
        "{'a':{'b':1}}             | [1,{'a':2}]",
        "[1,{'a':2}]               | {'b':{'c':[3]}}",
        "{'a':{'b':1}}             | 5",
        "5                         | {'a':{'b':1}}",
        "'text'                    | true",
        "{'a':[1,2]}               | {'a':[{'b':1}],'c':1.5}"})
    void testWholeValueIsReplaced(final String first, final String second) {
        final String before = first.replace('\'', '"');
        final String after = second.replace('\'', '"');
        acknowledge("{\"p\":%s,\"oven\":{\"__t\":\"c\",\"q\":%s},\"$version\":2}".formatted(before, before), FAILED);

        acknowledge("{\"p\":%s,\"oven\":{\"__t\":\"c\",\"q\":%s},\"$version\":3}".formatted(after, after), DONE);

        final String expected = "{\"value\":%s,\"ac\":200,\"av\":3}".formatted(after);
        assertReported("p", expected);
        assertReported("oven", "{\"__t\":\"c\",\"serial\":7,\"q\":%s}".formatted(expected));
    }

    @Test
    void testAfterRestart() throws InitializationException {
        acknowledge("{\"recipe\":{\"speed\":5,\"boost\":true},\"$version\":2}", FAILED);
        start();

        acknowledge("{\"recipe\":{\"speed\":5},\"$version\":3}", DONE);

        assertReported("recipe", "{\"value\":{\"speed\":5},\"ac\":200,\"av\":3}");
    }

    @Test
    void testWhatAnotherProcessorReportedInBetween() {
        acknowledge("{\"recipe\":{\"speed\":5},\"$version\":2}", DONE);
        twin.report("{\"recipe\":{\"value\":{\"boost\":true},\"ac\":500,\"av\":3,\"ad\":\"by the failure branch\"}}");

        acknowledge("{\"recipe\":{\"speed\":6},\"$version\":4}", DONE);

        assertReported("recipe", "{\"value\":{\"speed\":6},\"ac\":200,\"av\":4}");
    }

    @Test
    void testOneReadingServesABatchInItsOrder() {
        twin.report("{\"recipe\":{\"value\":{\"f0\":0},\"ac\":200,\"av\":1}}");
        for (int version = 2; version < 40; version++) {
            runner.enqueue("{\"recipe\":{\"f%d\":{\"g%d\":1}},\"$version\":%d}".formatted(version % 5, version, version), version % 3 == 0 ? FAILED : DONE);
        }
        runner.enqueue("{\"recipe\":{\"speed\":5},\"$version\":40}", DONE);

        runner.run();

        runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 39);
        assertReported("recipe", "{\"value\":{\"speed\":5},\"ac\":200,\"av\":40}");
        assertEquals(1, service.device(DEVICE).countTwinReads());
    }

    @Test
    void testPatchThatTheHubRefusesTakesNothingAway() {
        twin.report("{\"recipe\":{\"value\":{\"old\":1},\"ac\":200,\"av\":1}}");
        final FakeDevice device = service.device(DEVICE);
        device.setPatchAnswer(patch -> patch.contains("\"av\":2")
                ? CompletableFuture.failedFuture(new IoTHubException(FailureCategory.REFUSED, "too large"))
                : CompletableFuture.completedFuture(twin.report(patch)));
        runner.enqueue("{\"recipe\":{\"large\":1},\"$version\":2}", DONE);
        runner.enqueue("{\"recipe\":{\"small\":1},\"$version\":3}", DONE);

        runner.run();

        runner.assertTransferCount(UpdateTwin.REL_FAILURE, 1);
        assertReported("recipe", "{\"value\":{\"small\":1},\"ac\":200,\"av\":3}");
    }

    @Test
    void testTwinThatCannotBeReadForNowKeepsTheOrder() {
        final FakeDevice device = service.device(DEVICE);
        device.setTwin(CompletableFuture.failedFuture(new IoTHubException(FailureCategory.TIMED_OUT, "no answer")));
        runner.enqueue("{\"recipe\":{\"speed\":5},\"$version\":2}", DONE);
        runner.enqueue("{\"speed\":6,\"$version\":3}", DONE);
        runner.enqueue("{\"speed\":1,\"$version\":1}", Map.of("code", "200", "iothub.device.id", "other"));

        runner.run();

        assertEquals(List.of(), device.getPatches());
        assertEquals(1, service.device("other").getPatches().size());
        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertTrue(runner.isYieldCalled());

        twin.keep(device);
        runner.run();

        runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 3);
        assertReported("speed", "{\"value\":6,\"ac\":200,\"av\":3}");
    }

    @Test
    void testTwinThatCanNeverBeRead() {
        service.device(DEVICE).setTwin(CompletableFuture.failedFuture(new IoTHubException(FailureCategory.REFUSED, "the tier has no twins")));

        acknowledge("{\"recipe\":{\"speed\":5},\"$version\":2}", DONE);

        runner.assertTransferCount(UpdateTwin.REL_FAILURE, 1);
        runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).getFirst().assertAttributeEquals("iothub.failure.reason", "the tier has no twins");
    }

    @Test
    void testReadingOfOneDeviceDoesNotHoldUpTheOthers() throws Exception {
        final CompletableFuture<Void> slow = new CompletableFuture<>();
        service.device("slow").setTwin(() -> slow.thenApply(done -> new FakeTwin("{}").document()));
        runner.enqueue("{\"recipe\":{\"speed\":5},\"$version\":2}", Map.of("code", "200", "iothub.device.id", "slow"));
        runner.enqueue("{\"speed\":5,\"$version\":2}", DONE);

        final CompletableFuture<Void> trigger = CompletableFuture.runAsync(() -> runner.run(1, true, true, 60_000));
        Await.until(() -> service.device(DEVICE).getPatches().size() == 1);
        slow.complete(null);
        trigger.get();

        runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "99999999999 | {'a':1,'$version':2}     | Acknowledgment Code [99999999999] is not a whole number from 0 to 2147483647",
        "-5          | {'a':1,'$version':2}     | Acknowledgment Code [-5] is not a whole number from 0 to 2147483647",
        "ok          | {'a':1,'$version':2}     | Acknowledgment Code [ok] is not a whole number from 0 to 2147483647",
        "200         | {'a':1,'$version':'two'} | $version [two] is not a whole number",
        "200         | {'a':1,'$version':-2}    | $version [-2] is not a whole number"})
    void testNumbersThatAreNone(final String code, final String desired, final String reason) {
        acknowledge(desired.replace('\'', '"'), Map.of("code", code));

        runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).getFirst().assertAttributeEquals("iothub.failure.reason", reason);
    }

    private void acknowledge(final String desired, final Map<String, String> attributes) {
        runner.enqueue(desired, attributes);
        runner.run();
    }

    private void assertReported(final String property, final String expected) {
        assertEquals(FakeTwin.parse("{\"p\":%s}".formatted(expected)).get("p"), twin.reported().get(property));
    }
}
