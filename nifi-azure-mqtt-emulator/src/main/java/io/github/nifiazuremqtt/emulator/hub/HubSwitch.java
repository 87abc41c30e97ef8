/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

/** Behaviour that is not known for certain, or differs by date or region. The default is the stricter one; a switch selects the other. */
public enum HubSwitch {
    /** An empty client id is answered with return code 5 instead of 2 (row 5). */
    EMPTY_CLIENT_ID_NOT_AUTHORIZED,
    /**
     * User name and token may name a hub by either of its host names, whichever the client is connected to; otherwise they name the one that is connected to
     * (row 7).
     */
    EITHER_HOST_NAME,
    /** Every SAS CONNECT is refused, as with {@code disableDeviceSAS} (row 19). */
    SAS_DISABLED,
    /** A module may connect with a token of its device (row 21). */
    MODULE_TAKES_DEVICE_TOKEN,
    /** Broken escapes and raw characters in the property bag are taken as they are (rows 30 and 31). */
    LENIENT_PROPERTY_BAG,
    /** A topic filter that is not documented is answered with SUBACK 0x80 (rows 38 and 39). */
    REFUSED_FILTER_IN_SUBACK,
    /** A topic filter that is not documented is granted and has no effect, as by IoT Edge (row 38). */
    UNDOCUMENTED_FILTER_IGNORED,

    /** More than five subscriptions are fine (row 39). */
    UNLIMITED_SUBSCRIPTIONS,
    /**
     * UNSUBSCRIBE of a filter that is not documented ends the connection (row 42). Off by default, against the rule: bridges of brokers begin with such
     * UNSUBSCRIBEs, and a gateway and Microsoft's protocol gateway answer them.
     */
    UNDOCUMENTED_UNSUBSCRIBE_CLOSES,
    /** A will may have any topic and is then thrown away. */
    ANY_WILL_TOPIC,
    /** A connection without api-version in its user name gets methods, and may report properties (row 25). */
    API_VERSION_OPTIONAL,
    /** A PUBACK for a packet id that was never used ends the connection (row 44). */
    UNKNOWN_PUBACK_CLOSES,
    /** A PUBACK out of order ends the connection; otherwise the messages before it come again (row 45). */
    OUT_OF_ORDER_PUBACK_CLOSES,
    /** A message that comes again on the same connection keeps its packet id and is marked as a repetition (row 46). */
    REDELIVERY_KEEPS_PACKET_ID,
    /** A message whose lock has ended ten times is given up. */
    LOCK_END_COUNTS_AS_DELIVERY,
    /** CONNECT with CleanSession empties the queue of cloud-to-device messages. */
    CLEAN_SESSION_PURGES_QUEUE,
    /** Messages from before the first subscription of a session are not delivered. */
    EARLIER_MESSAGES_WITHHELD,
    /** A twin request without {@code $rid} is ignored (row 52). */
    MISSING_REQUEST_ID_IGNORED,
    /** The answer to a method under a malformed topic is ignored (row 62). */
    MALFORMED_METHOD_ANSWER_IGNORED,
    /** The answer to a method that was never called on this connection ends the connection (row 63). */
    UNKNOWN_METHOD_ANSWER_CLOSES
}
