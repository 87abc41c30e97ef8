/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The subscriptions of one identity, and the filters that a hub knows at all. */
final class Subscriptions {

    private static final int LIMIT = 5;
    private static final Set<String> COMMON_FILTERS = Set.of(
            "$iothub/twin/res/#", "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#", "$iothub/credentials/res/#");

    private final Map<String, Integer> grantedQos = new ConcurrentHashMap<>();

    /** Whether the filter is documented for this identity. */
    static boolean isDocumented(final IdentityKey key, final String filter) {
        return COMMON_FILTERS.contains(filter)
                || filter.equals(key.topicRoot() + "/messages/devicebound/#")
                || key.isModule() && (filter.equals(key.topicRoot() + "/inputs/#") || filter.equals(key.topicRoot() + "/#"));
    }

    /** Whether one more filter is allowed. */
    boolean hasRoomFor(final String filter) {
        return grantedQos.size() < LIMIT || grantedQos.containsKey(filter);
    }

    void add(final String filter, final int qos) {
        grantedQos.put(filter, qos);
    }

    void remove(final String filter) {
        grantedQos.remove(filter);
    }

    /** Granted quality of service, null without subscription. */
    Integer qos(final String filter) {
        return grantedQos.get(filter);
    }

    Set<String> filters() {
        return Set.copyOf(grantedQos.keySet());
    }
}
