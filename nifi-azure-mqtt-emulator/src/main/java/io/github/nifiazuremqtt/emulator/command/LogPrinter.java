/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Prints what the emulator refuses, which a client is never told, with what to do about it; for people or for machines. */
final class LogPrinter extends Handler {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private final boolean json;
    private final ObjectMapper mapper = new ObjectMapper();

    LogPrinter(final PrintWriter out, final boolean json) {
        this.out = out;
        this.json = json;
        setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(final LogRecord entry) {
        final String text = ArrivalPrinter.visible(getFormatter().formatMessage(entry));
        final String advice = advice(entry.getParameters());
        if (json) {
            final Map<String, String> fields = new LinkedHashMap<>();
            fields.put("event", "log");
            fields.put("time", entry.getInstant().toString());
            fields.put("text", text);
            fields.put("advice", advice);
            out.println(text(fields));
        } else {
            out.println("%s %s%s".formatted(TIME.format(entry.getInstant()), text, advice.isEmpty() ? "" : " - " + advice));
        }

        out.flush();
    }

    @Override
    public void flush() {
        out.flush();
    }

    /** The output belongs to the command line. */
    @Override
    public void close() {
        out.flush();
    }

    private static String advice(final Object[] parameters) {
        if (parameters != null) {
            for (final Object parameter : parameters) {
                if (parameter instanceof final Refusal refusal) {
                    return RefusalAdvice.forRow(refusal.row());
                }
            }
        }

        return "";
    }

    private String text(final Map<String, String> fields) {
        try {
            return mapper.writeValueAsString(fields);
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("A log entry can be written as JSON", e);
        }
    }
}
