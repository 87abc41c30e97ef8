/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.util.List;

/**
 * Prints what a system test has measured, so that it stands in the output of the build.
 */
final class Report {

    private Report() {
    }

    static void line(final String format, final Object... values) {
        final List<StackTraceElement> callers = StackWalker.getInstance().walk(frames -> frames.skip(1).map(StackWalker.StackFrame::toStackTraceElement).toList());
        final StackTraceElement caller = callers.stream().filter(frame -> frame.getMethodName().startsWith("test")).findFirst().orElse(callers.getFirst());
        final String name = caller.getClassName().substring(caller.getClassName().lastIndexOf('.') + 1);
        System.out.printf("MEASURED %s.%s: %s%n", name, caller.getMethodName(), format.formatted(values));
    }
}
