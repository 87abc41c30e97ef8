/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

/**
 * Prints what a system test has measured, so that it stands in the output of the build.
 */
final class Report {

    private Report() {
    }

    static void line(final String format, final Object... values) {
        final StackTraceElement caller = StackWalker.getInstance().walk(frames -> frames
                .map(StackWalker.StackFrame::toStackTraceElement)
                .filter(frame -> frame.getMethodName().startsWith("test"))
                .findFirst()
                .orElseThrow());
        final String name = caller.getClassName().substring(caller.getClassName().lastIndexOf('.') + 1);
        System.out.printf("MEASURED %s.%s: %s%n", name, caller.getMethodName(), format.formatted(values));
    }
}
