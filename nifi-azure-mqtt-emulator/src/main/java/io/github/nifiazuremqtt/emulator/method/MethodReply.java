/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import com.fasterxml.jackson.databind.node.NullNode;
import io.github.nifiazuremqtt.emulator.service.JsonBody;
import io.github.nifiazuremqtt.emulator.service.MalformedJsonException;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PUBLISH by which a device answers a call.
 *
 * @param status status as received, empty if the topic is malformed
 * @param requestId the {@code $rid} as received, empty if missing
 * @param body payload
 */
record MethodReply(String status, String requestId, byte[] body) {

    static final String TOPIC_START = "$iothub/methods/res/";
    static final int LARGEST_BODY = 128 * 1024;
    private static final Pattern REST = Pattern.compile("(?<status>[^/]*)/\\?(?:.*&)?(?:\\$|%24)rid=(?<rid>[^&]*)(?:&.*)?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    static MethodReply parse(final String topic, final byte[] body) {
        final Matcher matcher = REST.matcher(topic.substring(TOPIC_START.length()));
        return matcher.matches() ? new MethodReply(matcher.group("status"), matcher.group("rid"), body) : new MethodReply("", "", body);
    }

    /** Whether the topic has a status that callers can take, a number of 31 bits, and a request id. */
    boolean isWellFormed() {
        return NUMBER.matcher(status).matches() && Long.parseLong(status) <= Integer.MAX_VALUE && !requestId.isEmpty();
    }

    MethodAnswer answer() throws ServiceException {
        if (!isWellFormed()) {
            throw new ServiceException(ServiceError.INVALID_RESPONSE, "The device has answered with the status '%s'.".formatted(status));
        }

        if (body.length > LARGEST_BODY) {
            throw new ServiceException(ServiceError.MESSAGE_TOO_LARGE, "The device has answered with %d bytes, more than %d."
                    .formatted(body.length, LARGEST_BODY));
        }

        try {
            return new MethodAnswer(Integer.parseInt(status), body.length == 0 ? NullNode.getInstance() : JsonBody.read(body));
        } catch (final MalformedJsonException e) {
            throw new ServiceException(ServiceError.INVALID_RESPONSE, "The device has answered with something that is not JSON: %s.".formatted(e.getMessage()));
        }
    }
}
