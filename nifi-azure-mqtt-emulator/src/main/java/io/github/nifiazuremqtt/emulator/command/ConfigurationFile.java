/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Options in a file: a JSON object, comments allowed, whose fields are options without the dashes. An array repeats an option, an object gives pairs of name
 * and value, true turns a flag on.
 */
final class ConfigurationFile {

    private final Path path;
    private final CommandLine commandLine;

    ConfigurationFile(final Path path, final CommandLine commandLine) {
        this.path = path;
        this.commandLine = commandLine;
    }

    /** The arguments that are in the file, without the options that were given on the command line, which win, followed by those of the command line. */
    List<String> with(final ParseResult given) {
        final List<String> arguments = new ArrayList<>();
        for (final Map.Entry<String, JsonNode> field : read().properties()) {
            final String option = "--" + field.getKey();
            if (commandLine.getCommandSpec().findOption(option) == null || option.equals("--configuration")) {
                throw refused("there is no option %s".formatted(option));
            }

            if (!given.hasMatchedOption(option)) {
                add(arguments, option, field.getValue());
            }
        }

        arguments.addAll(given.originalArgs());
        return arguments;
    }

    private JsonNode read() {
        final JsonNode content;
        try {
            content = new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true)
                    .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true).readTree(Files.readString(path));
        } catch (final NoSuchFileException e) {
            throw refused("there is no such file");
        } catch (final JsonProcessingException e) {
            // the text at that place may be a key
            throw refused("line %d %s".formatted(e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    e.getOriginalMessage().startsWith("Duplicate") ? "has a field that was there before: an array repeats an option" : "is not JSON"));
        } catch (final IOException e) {
            throw refused("it cannot be read as text in UTF-8");
        }

        if (!content.isObject()) {
            throw refused("it is not a JSON object");
        }

        return content;
    }

    private void add(final List<String> arguments, final String option, final JsonNode value) {
        final boolean flag = commandLine.getCommandSpec().findOption(option).arity().max() == 0;
        if (value.isArray()) {
            value.forEach(one -> add(arguments, option, one));
        } else if (value.isObject()) {
            value.properties().forEach(pair -> arguments.add(option + "=" + pair.getKey() + "=" + pair.getValue().asText()));
        } else if (flag && value.isBoolean()) {
            if (value.asBoolean()) {
                arguments.add(option);
            }
        } else if (!flag && (value.isTextual() || value.isNumber())) {
            arguments.add(option + "=" + value.asText());
        } else {
            throw refused("the value of %s is neither a string nor a number%s".formatted(option.substring(2), flag ? " but true or false" : ""));
        }
    }

    private ParameterException refused(final String reason) {
        return new ParameterException(commandLine, "--configuration [%s]: %s".formatted(path, reason));
    }
}
