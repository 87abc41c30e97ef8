/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.HubServices;
import io.github.nifiazuremqtt.emulator.message.MessageTrace;
import io.github.nifiazuremqtt.emulator.method.MethodExchange;
import io.github.nifiazuremqtt.emulator.twin.ReportedChange;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints a line for what happens to cloud-to-device messages, reported properties and direct methods, for people or for machines. */
public final class CloudSidePrinter {

    private static final int LONGEST_JSON = 120;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private final boolean json;
    private final Clock clock;
    private final ObjectMapper mapper = new ObjectMapper();

    /**
     * Prints nothing until it is told where to listen.
     *
     * @param out where to print
     * @param json whether to print JSON, one object per line
     * @param clock time of the lines
     */
    public CloudSidePrinter(final PrintWriter out, final boolean json, final Clock clock) {
        this.out = out;
        this.json = json;
        this.clock = clock;
    }

    /** Prints what happens at a hub from now on. */
    public void listenTo(final HubServices services) {
        services.messages().addListener(this::message);
        services.twins().addListener(this::reported);
        services.methods().addListener(this::method);
    }

    private void message(final MessageTrace trace) {
        final String what;
        if (trace.outcome() != null) {
            what = trace.outcome().statusCode();
        } else {
            what = trace.locked() ? "sent" : "queued";
        }

        print("message", trace.deviceId(), trace.sequence() + (trace.messageId().isEmpty() ? "" : " [" + trace.messageId() + "]"),
                trace.deliveries() > 1 ? what + ", delivery " + trace.deliveries() : what);
    }

    private void reported(final ReportedChange change) {
        print("reported", change.key().clientId(), "version " + change.version(), change.patch().toString());
    }

    private void method(final MethodExchange exchange) {
        final String outcome = exchange.error() == null
                ? exchange.answer().status() + " " + exchange.answer().payload()
                : exchange.error().number() + " " + exchange.error().apiName();
        print("method", exchange.key().clientId(), exchange.method(), "%s after %d ms".formatted(shortened(outcome), exchange.duration().toMillis()));
    }

    private void print(final String event, final String clientId, final String subject, final String outcome) {
        final Instant now = clock.instant();
        if (json) {
            final Map<String, String> fields = new LinkedHashMap<>();
            fields.put("event", event);
            fields.put("time", now.toString());
            fields.put("clientId", clientId);
            fields.put("subject", subject);
            fields.put("outcome", outcome);
            out.println(text(fields));
        } else {
            out.println("%s %s %s %s: %s".formatted(TIME.format(now), clientId, event, ArrivalPrinter.visible(subject),
                    shortened(ArrivalPrinter.visible(outcome))));
        }

        out.flush();
    }

    private static String shortened(final String text) {
        return text.length() > LONGEST_JSON ? text.substring(0, LONGEST_JSON) + "…" : text;
    }

    private String text(final Map<String, String> fields) {
        try {
            return mapper.writeValueAsString(fields);
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("An event can be written as JSON", e);
        }
    }
}
