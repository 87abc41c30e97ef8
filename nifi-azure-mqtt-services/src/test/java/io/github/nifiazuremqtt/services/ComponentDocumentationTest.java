/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.AllowableValue;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ControllerService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What NiFi shows about each component is there, and speaks of things by the names that they have. */
class ComponentDocumentationTest {

    /** Of NiFi and of the processors. */
    private static final Set<String> NAMES_ELSEWHERE = Set.of("RegisterWithDPS", "Verify", "failure", "servers");

    /** Set in italics, but not in bold. */
    private static final Pattern NAME = Pattern.compile("(?<!\\*)\\*(?!\\*)([^*]+)\\*(?!\\*)");

    private static List<ControllerService> components() {
        return ServiceLoader.load(ControllerService.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(component -> component.getClass().getPackage().equals(ComponentDocumentationTest.class.getPackage()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("components")
    void testEverythingIsDescribed(final ControllerService component) {
        assertTrue(component.getClass().getAnnotation(Tags.class).value().length > 0);
        assertText(component.getClass().getAnnotation(CapabilityDescription.class).value(), component.getClass().getName());
        for (final PropertyDescriptor property : component.getPropertyDescriptors()) {
            assertEquals(property.getName(), property.getDisplayName());
            assertText(property.getDescription(), property.getName());
            allowableValues(property).forEach(value -> assertText(value.getDescription(), value.getDisplayName()));
            // What stands in a flow definition is what is chosen on the canvas.
            allowableValues(property).forEach(value -> assertEquals(value.getDisplayName(), value.getValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("components")
    void testAdditionalDetails(final ControllerService component) throws IOException {
        final String details = additionalDetails(component.getClass());
        assertTrue(details.startsWith("# %s\n".formatted(component.getClass().getSimpleName())));

        final Set<String> unknown = NAME.matcher(details).results().map(ComponentDocumentationTest::name).collect(Collectors.toSet());
        unknown.removeAll(NAMES_ELSEWHERE);
        components().stream().flatMap(ComponentDocumentationTest::names).forEach(unknown::remove);
        assertEquals(Set.of(), unknown);
    }

    private static String additionalDetails(final Class<?> type) throws IOException {
        try (InputStream details = type.getResourceAsStream("/docs/%s/additionalDetails.md".formatted(type.getName()))) {
            assertNotNull(details);
            return new String(details.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String name(final MatchResult match) {
        return match.group(1).replaceAll("\\s+", " ");
    }

    private static Stream<String> names(final ControllerService component) {
        final Stream<String> values = component.getPropertyDescriptors().stream().flatMap(ComponentDocumentationTest::allowableValues)
                .map(AllowableValue::getDisplayName);
        final Stream<String> properties = component.getPropertyDescriptors().stream().map(PropertyDescriptor::getDisplayName);
        return Stream.concat(Stream.of(component.getClass().getSimpleName()), Stream.concat(properties, values));
    }

    private static Stream<AllowableValue> allowableValues(final PropertyDescriptor property) {
        return Stream.ofNullable(property.getAllowableValues()).flatMap(List::stream);
    }

    private static void assertText(final String text, final String subject) {
        assertTrue(Objects.requireNonNullElse(text, "").matches("(?s)\\S.*[^.]\\."), "%s: a description is a sentence: [%s]".formatted(subject, text));
    }
}
