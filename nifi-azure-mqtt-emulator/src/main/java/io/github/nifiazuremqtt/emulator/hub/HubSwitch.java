/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

/** Behaviour that is not known for certain, or differs by date or region. The default is the stricter one; a switch selects the other. */
public enum HubSwitch {
    /** An empty client id is answered with return code 5 instead of 2 (row 5). */
    EMPTY_CLIENT_ID_NOT_AUTHORIZED,
    /** Every SAS CONNECT is refused, as with {@code disableDeviceSAS} (row 19). */
    SAS_DISABLED,
    /** A module may connect with a token of its device (row 21). */
    MODULE_TAKES_DEVICE_TOKEN,
    /** Broken escapes and raw characters in the property bag are taken as they are (rows 30 and 31). */
    LENIENT_PROPERTY_BAG,
    /** A topic filter that is not documented is answered with SUBACK 0x80 (rows 38 and 39). */
    REFUSED_FILTER_IN_SUBACK,
    /** More than five subscriptions are fine (row 39). */
    UNLIMITED_SUBSCRIPTIONS,
    /** UNSUBSCRIBE of a filter that is not documented is acknowledged (row 42). */
    ANY_UNSUBSCRIBE,
    /** A will may have any topic and is then thrown away. */
    ANY_WILL_TOPIC
}
