/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.LongSupplier;
import org.apache.nifi.logging.ComponentLog;

/**
 * Says on the processor itself that it cannot work: people look there, and not at the service. One bulletin for each cause, however many devices have it; again
 * while it lasts, because NiFi shows a bulletin for five minutes; and a line when it is over. Thread-safe.
 */
final class HindranceNotice {

    /** Connections come and go; what is over sooner and heals by itself is nobody's concern. */
    static final Duration GRACE = Duration.ofSeconds(5);

    static final Duration REPEAT = Duration.ofSeconds(270);

    private static final int NAMED = 2;

    private final ComponentLog logger;

    private final Subject subject;

    private final LongSupplier nanoTime;

    private final Map<String, Wait> waits = new LinkedHashMap<>();

    private final Map<FailureCategory, Long> announcedNanos = new EnumMap<>(FailureCategory.class);

    private String lastNames;

    HindranceNotice(final ComponentLog logger, final Subject subject, final LongSupplier nanoTime) {
        this.logger = logger;
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    synchronized void tell(final Hindrances look) {
        if (waits.isEmpty() && look.found().isEmpty()) {
            return;
        }

        final long now = nanoTime.getAsLong();
        waits.keySet().removeAll(look.done());
        look.found().forEach((name, hindrance) -> {
            final Wait known = waits.get(name);
            waits.put(name, new Wait(hindrance.flowFiles(), hindrance.reason(), known == null ? now : known.sinceNanos, now));
        });
        waits.entrySet().removeIf(wait -> look.isComplete() && !look.isSeen(wait.getKey()) || now - wait.getValue().seenNanos >= REPEAT.toNanos());
        announce(now);
    }

    /**
     * Notes that the work for this one goes on: the hub has accepted something of it.
     */
    synchronized void goesOn(final String name) {
        if (!waits.isEmpty() && waits.remove(name) != null) {
            announce(nanoTime.getAsLong());
        }
    }

    private void announce(final long now) {
        if (waits.isEmpty()) {
            if (!announcedNanos.isEmpty()) {
                announcedNanos.clear();
                logger.info(subject.end(lastNames));
            }
            return;
        }

        final Map<FailureCategory, Map<String, Wait>> causes = new EnumMap<>(FailureCategory.class);
        waits.forEach((name, wait) -> causes.computeIfAbsent(findCause(wait.reason), cause -> new LinkedHashMap<>()).put(name, wait));
        announcedNanos.keySet().retainAll(causes.keySet());
        causes.forEach((cause, waiting) -> {
            final Long announced = announcedNanos.get(cause);
            final boolean due = announced == null ? isWorthTelling(cause, waiting, now) : now - announced >= REPEAT.toNanos();
            if (due) {
                announcedNanos.put(cause, now);
                write(cause, waiting);
            }
        });
    }

    private boolean isWorthTelling(final FailureCategory cause, final Map<String, Wait> waiting, final long now) {
        return cause.needsPerson() || !subject.hasGrace() || waiting.values().stream().anyMatch(wait -> now - wait.sinceNanos >= GRACE.toNanos());
    }

    private void write(final FailureCategory cause, final Map<String, Wait> waiting) {
        final List<String> names = List.copyOf(waiting.keySet());
        final Entry<String, Wait> first = waiting.entrySet().iterator().next();
        final int flowFiles = waiting.values().stream().mapToInt(wait -> wait.flowFiles).sum();
        lastNames = list(names);
        final String reason = withoutName(first.getValue().reason.getMessage(), first.getKey());
        final String text = "%s%s: %s".formatted(subject.begin(flowFiles, names.size(), lastNames), names.size() > 1 ? ". [%s]".formatted(first.getKey()) : "",
                reason);
        if (cause.needsPerson()) {
            logger.error(text);
        } else {
            logger.warn(text);
        }
    }

    private static String list(final List<String> names) {
        final String named = String.join(", ", names.stream().limit(NAMED).map("[%s]"::formatted).toList());
        final int others = names.size() - NAMED;
        return others > 0 ? "%s and %d more".formatted(named, others) : named;
    }

    private static String withoutName(final String reason, final String name) {
        final String prefix = "Device [%s]: ".formatted(name);
        return reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason;
    }

    /**
     * @return what is said of it once: the names of a connection that is away change from attempt to attempt
     */
    private static FailureCategory findCause(final IoTHubException reason) {
        final FailureCategory category = reason.getCause() instanceof IoTHubException cause ? cause.getCategory() : reason.getCategory();
        return category.needsPerson() || category == FailureCategory.THROTTLED ? category : FailureCategory.NOT_CONNECTED;
    }

    /** What is held up. */
    enum Subject {

        /** FlowFiles in the queue, which wait for devices. */
        FLOW_FILES {
            @Override
            String begin(final int flowFiles, final int devices, final String names) {
                final String waiting = flowFiles == 1 ? "1 FlowFile waits" : "%d FlowFiles wait".formatted(flowFiles);
                return devices == 1 ? "%s for %s".formatted(waiting, names) : "%d FlowFiles of %d devices wait, %s".formatted(flowFiles, devices, names);
            }

            @Override
            String end(final String names) {
                return "No FlowFile waits any more; the last were those of %s".formatted(names);
            }
        },

        /** What a source should receive. */
        RECEIVING {
            @Override
            String begin(final int flowFiles, final int devices, final String names) {
                return devices == 1 ? names + " receives nothing" : names + " receive nothing";
            }

            @Override
            String end(final String names) {
                return "All devices receive again; the last was %s".formatted(names);
            }
        },

        /** A twin that is read at each run, which has waited already. */
        TWIN {
            @Override
            String begin(final int flowFiles, final int devices, final String names) {
                return "The twin of %s was not read".formatted(names);
            }

            @Override
            String end(final String names) {
                return "The twin of %s is read again".formatted(names);
            }
        },

        /** FlowFiles in the queue, which wait for the Device Provisioning Service. */
        REGISTRATIONS {
            @Override
            String begin(final int flowFiles, final int devices, final String names) {
                return devices == 1 ? "1 device is not registered yet and stays in the queue, %s".formatted(names)
                        : "%d devices are not registered yet and stay in the queue, %s".formatted(devices, names);
            }

            @Override
            String end(final String names) {
                return "No registration waits any more; the last was that of %s".formatted(names);
            }
        };

        abstract String begin(int flowFiles, int devices, String names);

        abstract String end(String names);

        boolean hasGrace() {
            return this == FLOW_FILES || this == RECEIVING;
        }
    }

    /** What holds up one, since when, and when it was seen last. */
    private record Wait(int flowFiles, IoTHubException reason, long sinceNanos, long seenNanos) {
    }
}
