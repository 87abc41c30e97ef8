/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinLimitsTest {

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "{}                           | 0",
            "{'key':'text'}               | 7",
            "{'a':1,'b':2.5}              | 18",
            "{'a':true}                   | 5",
            "{'a':null}                   | 1",
            "{'ab':{'cd':{'ef':false}}}   | 10",
            "{'a':[1,'xy',true,{'b':1}]}  | 24",
            "{'ж':'€'}                    | 5",
            "{'a':'😀'}                   | 5",
            "{'a':'x\\n\\u0085y'}         | 3"})
    void testSize(final String json, final int size) throws JsonProcessingException {
        assertEquals(size, TwinLimits.size(mapper.readTree(json.replace('\'', '"'))));
    }

    @Test
    void testTagsAndDesiredChangeTogetherOrNotAtAll() throws JsonProcessingException {
        final Twin twin = new Twin(Instant.EPOCH);
        final ObjectNode fits = (ObjectNode) mapper.readTree("{\"a\":1}");
        final ObjectNode large = mapper.createObjectNode();
        for (int i = 0; i < 9; i++) {
            large.put("k" + i, "v".repeat(4000));
        }

        for (final boolean replace : new boolean[]{true, false}) {
            assertThrows(ServiceException.class, () -> twin.update(new TwinUpdate(fits, large, replace, null), Instant.EPOCH));
            assertThrows(ServiceException.class, () -> twin.update(new TwinUpdate(large, fits, replace, null), Instant.EPOCH));
        }

        assertEquals("{\"$version\":1}", twin.desired().forDevice().toString());
        assertEquals(0, twin.tags().content().size());
    }

    @Test
    void testMetadataFollowTheProperties() throws JsonProcessingException, ServiceException {
        final Twin twin = new Twin(Instant.EPOCH);
        twin.update(new TwinUpdate((ObjectNode) mapper.readTree("{\"a\":{\"b\":1},\"c\":1}"), null, false, null), Instant.ofEpochSecond(1));
        twin.update(new TwinUpdate((ObjectNode) mapper.readTree("{\"a\":{\"d\":1},\"c\":null}"), null, false, null), Instant.ofEpochSecond(2));
        assertEquals(mapper.readTree("""
                {"a":{"b":1,"d":1},"$version":3,"$metadata":{"$lastUpdated":"1970-01-01T00:00:02Z","$lastUpdatedVersion":3,
                "a":{"$lastUpdated":"1970-01-01T00:00:02Z","$lastUpdatedVersion":3,
                "b":{"$lastUpdated":"1970-01-01T00:00:01Z","$lastUpdatedVersion":2},
                "d":{"$lastUpdated":"1970-01-01T00:00:02Z","$lastUpdatedVersion":3}}}}
                """), twin.desired().forService());
    }
}
