/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;

class HindranceNoticeTest {

    private final MockComponentLog log = new MockComponentLog("publisher", this);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    private final HindranceNotice notice = new HindranceNotice(log, HindranceNotice.Subject.FLOW_FILES, nanos::get);

    @Test
    void testOutageIsToldAfterAGraceAndAgainWhileItLasts() {
        look(9, "line4", lost("line4"));
        pass(HindranceNotice.GRACE.minusMillis(1));
        look(9, "line4", lost("line4"));
        assertEquals(List.of(), warnings());

        pass(Duration.ofMillis(1));
        look(9, "line4", lost("line4"));
        assertEquals(List.of("9 FlowFiles wait for [line4]: the network is down"), warnings());

        for (int minute = 0; minute < 60; minute++) {
            pass(Duration.ofMinutes(1));
            look(10, "line4", lost("line4"));
        }
        // NiFi shows a bulletin for five minutes.
        assertTrue(warnings().size() >= 13);
        assertTrue(warnings().size() <= 16);
        assertEquals("10 FlowFiles wait for [line4]: the network is down", warnings().getLast());

        notice.goesOn("line4");
        assertEquals(1, log.getInfoMessages().size());
    }

    @Test
    void testWhatIsOverSoonIsNotTold() {
        look(9, "line4", lost("line4"));
        pass(Duration.ofSeconds(2));
        notice.goesOn("line4");
        pass(Duration.ofSeconds(4));
        look(9, "line4", lost("line4"));

        assertEquals(List.of(), warnings());
        assertEquals(0, log.getInfoMessages().size());
    }

    @Test
    void testManyDevicesAreOneBulletin() {
        final Hindrances look = new Hindrances();
        for (int device = 1; device <= 30; device++) {
            look.add("line" + device, 4, lost("line" + device));
        }
        notice.tell(look);
        pass(HindranceNotice.GRACE);
        notice.tell(look);

        assertEquals(List.of("120 FlowFiles of 30 devices wait, [line1], [line2] and 28 more. [line1]: the network is down"), warnings());
    }

    @Test
    void testCausesAreToldApartAndAPersonIsToldAtOnce() {
        final Hindrances look = new Hindrances();
        look.add("line4", 1, lost("line4"));
        look.add("line5", 1, new IoTHubException(FailureCategory.UNAUTHORIZED, "Device [line5]: refused with CONNACK 5"));
        // As the service says it: the reason of the last attempt is the cause.
        look.add("line6", 1, new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [line6]: daily quota",
                new IoTHubException(FailureCategory.THROTTLED, "Device [line6]: daily quota")));
        notice.tell(look);
        assertEquals(List.of("1 FlowFile waits for [line5]: refused with CONNACK 5"), errors());

        pass(HindranceNotice.GRACE);
        notice.tell(look);

        assertEquals(List.of("1 FlowFile waits for [line4]: the network is down", "1 FlowFile waits for [line6]: daily quota"),
                warnings().stream().sorted().toList());
        assertEquals(1, errors().size());
    }

    @Test
    void testAnotherReasonOfTheSameOutageIsNotToldAnew() {
        look(9, "line4", lost("line4"));
        pass(HindranceNotice.GRACE);
        look(9, "line4", lost("line4"));
        look(9, "line4", new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [line4]: no address found"));
        look(9, "line4", new IoTHubException(FailureCategory.TIMED_OUT, "Device [line4]: no answer"));

        assertEquals(1, warnings().size());
    }

    @Test
    void testOnlyACompleteLookEndsTheWaitOfWhatIsNotSeen() {
        look(9, "line4", lost("line4"));
        pass(HindranceNotice.GRACE);
        look(9, "line4", lost("line4"));

        notice.tell(new Hindrances());
        assertEquals(0, log.getInfoMessages().size());

        final Hindrances taken = new Hindrances();
        taken.addUndecided("line4");
        taken.markComplete();
        notice.tell(taken);
        assertEquals(0, log.getInfoMessages().size());

        final Hindrances empty = new Hindrances();
        empty.markComplete();
        notice.tell(empty);
        assertEquals(1, log.getInfoMessages().size());
    }

    @Test
    void testSource() {
        final HindranceNotice source = new HindranceNotice(log, HindranceNotice.Subject.RECEIVING, nanos::get);
        final Hindrances look = new Hindrances();
        look.add("line4", 0, lost("line4"));
        source.tell(look);
        pass(HindranceNotice.GRACE);
        source.tell(look);

        assertEquals(List.of("[line4] receives nothing: the network is down"), warnings());
    }

    private void look(final int flowFiles, final String device, final IoTHubException reason) {
        final Hindrances look = new Hindrances();
        for (int flowFile = 0; flowFile < flowFiles; flowFile++) {
            look.add(device, 1, reason);
        }
        look.markComplete();
        notice.tell(look);
    }

    private static IoTHubException lost(final String device) {
        return new IoTHubException(FailureCategory.CONNECTION_LOST, "Device [%s]: the network is down".formatted(device));
    }

    private void pass(final Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> warnings() {
        return log.getWarnMessages().stream().map(HindranceNoticeTest::text).toList();
    }

    private List<String> errors() {
        return log.getErrorMessages().stream().map(HindranceNoticeTest::text).toList();
    }

    /** Without the name of the component before it. */
    private static String text(final LogMessage message) {
        return message.getMsg().replaceFirst("^\\S+ ", "");
    }
}
