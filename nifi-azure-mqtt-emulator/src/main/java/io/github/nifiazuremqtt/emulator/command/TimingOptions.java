/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** How fast time goes for the emulated service. */
final class TimingOptions {

    private static final RecordComponent[] NAMES = EmulatorTimings.class.getRecordComponents();

    @Option(names = "--time-factor", defaultValue = "1", paramLabel = "FACTOR",
            description = "Multiplies all durations of the service, for example 0.01 to make a minute less than a second.")
    private double factor;

    @Option(names = "--timing", showDefaultValue = Help.Visibility.NEVER, paramLabel = "NAME=DURATION",
            converter = {Name.class, Length.class},
            description = "A duration of the service, as in messageLock=PT5S; may be repeated. Names are listed in docs/emulator.md.")
    private Map<String, Duration> durations = Map.of();

    /** Refuses what cannot be. */
    void check(final CommandSpec spec) {
        final List<String> names = Arrays.stream(NAMES).map(RecordComponent::getName).toList();
        final Set<String> unknown = new HashSet<>(durations.keySet());
        names.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new ParameterException(spec.commandLine(),
                    "--timing %s is none of %s".formatted(unknown.stream().sorted().toList(), String.join(", ", names)));
        }

        if (!(factor > 0) || durations.values().stream().anyMatch(Duration::isNegative)) {
            throw new ParameterException(spec.commandLine(), "--time-factor and --timing take no time that is negative, and no factor of 0");
        }
    }

    EmulatorTimings timings() {
        final EmulatorTimings scaled = EmulatorTimings.scaled(factor);
        try {
            final Class<?>[] types = new Class<?>[NAMES.length];
            final Object[] values = new Object[NAMES.length];
            for (int i = 0; i < NAMES.length; i++) {
                types[i] = NAMES[i].getType();
                values[i] = durations.getOrDefault(NAMES[i].getName(), (Duration) NAMES[i].getAccessor().invoke(scaled));
            }

            return EmulatorTimings.class.getConstructor(types).newInstance(values);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("A record of durations can be made from durations", e);
        }
    }

    /** Reads the name of a duration, which is checked later. */
    static final class Name implements ITypeConverter<String> {

        @Override
        public String convert(final String text) {
            return text;
        }
    }

    /** Reads a duration. */
    static final class Length implements ITypeConverter<Duration> {

        @Override
        public Duration convert(final String text) {
            try {
                return Duration.parse(text);
            } catch (final DateTimeParseException e) {
                throw new TypeConversionException("[%s] is not a duration like PT5S, PT0.2S or PT1H".formatted(text));
            }
        }
    }
}
