/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Map;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.flowfile.FlowFile;

/**
 * Value of a component property that may differ from FlowFile to FlowFile. A value without Expression Language is taken once.
 */
final class FlowFileExpression {

    private final PropertyValue expression;

    private final String constant;

    private FlowFileExpression(final PropertyValue expression, final String constant) {
        this.expression = expression;
        this.constant = constant;
    }

    static FlowFileExpression of(final PropertyValue property) {
        return property.isExpressionLanguagePresent() ? new FlowFileExpression(property, null) : of(property.evaluateAttributeExpressions(Map.of()).getValue());
    }

    static FlowFileExpression of(final String constant) {
        return new FlowFileExpression(null, constant);
    }

    boolean isConstant() {
        return expression == null;
    }

    /**
     * @param flowFile FlowFile, or null where there is none
     * @return value, or null if the property is not set
     */
    String evaluate(final FlowFile flowFile) {
        if (expression == null) {
            return constant;
        }
        return flowFile == null ? evaluate(Map.of()) : expression.evaluateAttributeExpressions(flowFile).getValue();
    }

    /**
     * @param attributes what a FlowFile would bring along
     * @return value, or null if the property is not set
     */
    String evaluate(final Map<String, String> attributes) {
        return expression == null ? constant : expression.evaluateAttributeExpressions(attributes).getValue();
    }
}
