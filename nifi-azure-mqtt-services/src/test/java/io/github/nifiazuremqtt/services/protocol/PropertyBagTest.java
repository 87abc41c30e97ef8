/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyBagTest {

    @Test
    void testEncode() {
        final Map<SystemProperty, String> system = new EnumMap<>(SystemProperty.class);
        system.put(SystemProperty.CONTENT_TYPE, "application/json");
        system.put(SystemProperty.MESSAGE_ID, "8f1c");
        final Map<String, String> application = new LinkedHashMap<>();
        application.put("site", "plant A");
        application.put("alarm", "t>90");
        application.put("none", null);
        application.put("empty", "");

        assertEquals("%24.mid=8f1c&%24.ct=application%2Fjson&%24.diagid=d1&site=plant%20A&alarm=t%3E90&none&empty=",
                PropertyBag.encode(new MessageProperties(system, Map.of("diagid", "d1"), application)));
        assertEquals("", PropertyBag.encode(MessageProperties.NONE));
    }

    @Test
    void testEverySystemPropertyHasItsKey() {
        final String bag = "%24.mid=1&%24.cid=2&%24.uid=3&%24.to=4&%24.ct=5&%24.ce=6&%24.ctime=7&%24.exp=8&%24.on=9&%24.sub=10&iothub-ack=11";
        final MessageProperties properties = PropertyBag.decode(bag);
        assertEquals(List.of(SystemProperty.values()), new ArrayList<>(properties.system().keySet()));
        assertTrue(properties.otherSystem().isEmpty());
        assertTrue(properties.application().isEmpty());
        assertEquals(bag, PropertyBag.encode(properties));
    }

    @Test
    void testDecodeDeviceBound() {
        final MessageProperties properties = PropertyBag.decode("%24.mid=m%3A1&%24.to=%2Fdevices%2Fd1%2Fmessages%2FdeviceBound&iothub-ack=full&prop=value");
        assertEquals("m:1", properties.system().get(SystemProperty.MESSAGE_ID));
        assertEquals("/devices/d1/messages/deviceBound", properties.system().get(SystemProperty.TO));
        assertEquals("full", properties.system().get(SystemProperty.ACK));
        assertEquals(Map.of("prop", "value"), properties.application());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?prop1&prop2=&prop3=a%20string", "prop1&prop2=&prop3=a%20string/", "?prop1&&prop2=&prop3=a%20string&/", "prop1&prop2=&prop3=a%20string"})
    void testNullAndEmptyAreKeptApart(final String bag) {
        final MessageProperties properties = PropertyBag.decode(bag);
        assertEquals(List.of("prop1", "prop2", "prop3"), new ArrayList<>(properties.application().keySet()));
        assertNull(properties.application().get("prop1"));
        assertEquals("", properties.application().get("prop2"));
        assertEquals("a string", properties.application().get("prop3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "/", "?/"})
    void testDecodeNothing(final String bag) {
        assertSame(MessageProperties.NONE, PropertyBag.decode(bag));
    }

    @Test
    void testDecodeSpellings() {
        final MessageProperties properties = PropertyBag.decode("$.mid=raw&%24.x%2Fy=kept&%24.flag&a=b=c&p=1+2&%24x=no");
        assertEquals("raw", properties.system().get(SystemProperty.MESSAGE_ID));
        assertEquals("kept", properties.otherSystem().get("x/y"));
        assertTrue(properties.otherSystem().containsKey("flag"));
        assertNull(properties.otherSystem().get("flag"));
        assertEquals("b=c", properties.application().get("a"));
        assertEquals("1+2", properties.application().get("p"));
        assertEquals("no", properties.application().get("$x"));
    }

    @Test
    void testSystemPropertyWithoutValue() {
        final MessageProperties properties = PropertyBag.decode("%24.cid&%24.ct=");
        assertTrue(properties.system().containsKey(SystemProperty.CORRELATION_ID));
        assertNull(properties.system().get(SystemProperty.CORRELATION_ID));
        assertEquals("", properties.system().get(SystemProperty.CONTENT_TYPE));
        assertEquals("%24.cid&%24.ct=", PropertyBag.encode(properties));
    }

    @Test
    void testUndecodableIsKeptAsItStands() {
        final MessageProperties properties = PropertyBag.decode("100%=x%zz&ok=%20");
        assertEquals("x%zz", properties.application().get("100%"));
        assertEquals(" ", properties.application().get("ok"));
    }

    @Test
    void testLastOfEqualKeysHolds() {
        assertEquals(Map.of("a", "2"), PropertyBag.decode("a=1&a=2").application());
    }

    @Test
    void testRoundTripOfNastyNamesAndValues() {
        for (final String name : RandomText.NASTY) {
            for (final String value : RandomText.NASTY) {
                assertRoundTrip(new MessageProperties(Map.of(SystemProperty.USER_ID, value), Map.of(name, value), applicationOf("n" + name, value)));
            }
        }
    }

    @Test
    void testRoundTripOfRandomProperties() {
        final RandomText texts = new RandomText(2);
        for (int run = 0; run < 5_000; run++) {
            final Map<SystemProperty, String> system = new EnumMap<>(SystemProperty.class);
            final Map<String, String> application = new LinkedHashMap<>();
            final int count = texts.next(0, 8);
            for (int property = 0; property < count; property++) {
                final String value = texts.next(0, 5) == 0 ? null : texts.next(30);
                if (texts.next(0, 2) == 0) {
                    system.put(SystemProperty.values()[texts.next(0, SystemProperty.values().length)], value);
                } else {
                    application.put("p" + texts.next(30), value);
                }
            }

            assertRoundTrip(new MessageProperties(system, Map.of(), application));
        }
    }

    private static Map<String, String> applicationOf(final String name, final String value) {
        final Map<String, String> application = new LinkedHashMap<>();
        application.put(name, value);
        application.put(name + "-null", null);
        return application;
    }

    private static void assertRoundTrip(final MessageProperties properties) {
        final String bag = PropertyBag.encode(properties);
        assertTrue(bag.chars().allMatch(character -> character > ' ' && character < 0x7F && "+#/?".indexOf(character) < 0));
        final MessageProperties decoded = PropertyBag.decode(bag);
        assertEquals(properties, decoded);
        assertEquals(new ArrayList<>(properties.application().keySet()), new ArrayList<>(decoded.application().keySet()));
    }
}
