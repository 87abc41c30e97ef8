/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import java.util.Map;

/** What to do about a refusal. */
final class RefusalAdvice {

    private static final String FILTERS = "documented are devices/{device}/messages/devicebound/#, $iothub/twin/res/#, "
            + "$iothub/twin/PATCH/properties/desired/# and $iothub/methods/POST/#, each with or without more levels as the reference shows";
    private static final String CREDENTIALS = "connect with the kind of credentials that is registered, or register the other kind";

    private static final Map<Integer, String> BY_ROW = Map.ofEntries(
            Map.entry(1, "does the client trust the certificate of the emulator, and does it speak TLS?"),
            Map.entry(2, "is it an MQTT client that speaks to this port?"),
            Map.entry(4, "the hub speaks MQTT 3.1.1"),
            Map.entry(5, "the client id is the device id"),
            Map.entry(6, "the client id is the device id, or {device}/{module}"),
            Map.entry(7, "the user name begins with the host name of the hub: choose it with --host-name, or add one with --hub"),
            Map.entry(8, "the user name is {host name}/{device}/?api-version=2021-04-12"),
            Map.entry(9, "the password is a token; 'sas' makes one"),
            Map.entry(10, "the password is SharedAccessSignature sr=..&sig=..&se=..; 'sas' makes one"),
            Map.entry(11, "make a new token; if it should not be old, compare the clocks"),
            Map.entry(13, "compare the key with the registered one; the signature covers sr exactly as it is written in the token"),
            Map.entry(14, "sr is {host name}/devices/{device}, percent-encoded"),
            Map.entry(17, "take the policy device or iothubowner"),
            Map.entry(18, "register it with --device or PUT /devices/{device}"),
            Map.entry(19, CREDENTIALS),
            Map.entry(20, CREDENTIALS),
            Map.entry(21, "take the key of the module"),
            Map.entry(22, "a client connects once on a connection"),
            Map.entry(23, "if it was not the same client that came again, two clients share one identity"),
            Map.entry(24, "the client has to send PINGREQ in time"),
            Map.entry(26, "the client has to connect again with a new token before the old one ends"),
            Map.entry(27, "a hub knows the qualities of service 0 and 1"),
            Map.entry(28, "devices send to devices/{device}/messages/events/"),
            Map.entry(29, "devices send to devices/{device}/messages/events/ with their own id"),
            Map.entry(30, "percent-encode the names and values of properties in the topic"),
            Map.entry(31, "percent-encode the names and values of properties in the topic"),
            Map.entry(33, "a message has 256 KiB at most"),
            Map.entry(38, FILTERS),
            Map.entry(39, "a hub takes five subscriptions of a connection"),
            Map.entry(42, FILTERS),
            Map.entry(43, "a hub knows the qualities of service 0 and 1"),
            Map.entry(52, "the topic ends with ?$rid={a number of your own}"));

    private RefusalAdvice() {
    }

    /** A sentence for a row of the table of refusals; empty if the reason says it all. */
    static String forRow(final int row) {
        return BY_ROW.getOrDefault(row, "");
    }
}
