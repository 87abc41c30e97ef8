/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which path is served by what. Segments in braces are placeholders, others match in either case; more specific routes are added first. */
public final class Routes {

    private final List<Route> all = new CopyOnWriteArrayList<>();

    /** Adds a route. Its handler may block, and may throw {@link ManagementException} or {@link IllegalArgumentException}. */
    public Routes add(final String method, final String pattern, final Function<ManagementRequest, ManagementResponse> handler) {
        all.add(new Route(method, pattern.split("/"), handler));
        return this;
    }

    Optional<Match> find(final String method, final String[] decodedPath) {
        return all.stream()
                .filter(route -> route.method.equals(method))
                .flatMap(route -> route.match(decodedPath).map(path -> new Match(path, route.handler)).stream())
                .findFirst();
    }

    /** The methods that a path takes. */
    List<String> methods(final String[] decodedPath) {
        return all.stream().filter(route -> route.match(decodedPath).isPresent()).map(Route::method).distinct().sorted().toList();
    }

    /** All paths with their methods, in the order of the paths. */
    Map<String, List<String>> listing() {
        return all.stream().map(Route::path).distinct()
                .collect(Collectors.toMap(Function.identity(), path -> methods(path.split("/")), (one, same) -> one, TreeMap::new));
    }

    record Match(Map<String, String> path, Function<ManagementRequest, ManagementResponse> handler) {
    }

    private record Route(String method, String[] pattern, Function<ManagementRequest, ManagementResponse> handler) {

        String path() {
            return pattern.length == 0 ? "/" : String.join("/", pattern);
        }

        Optional<Map<String, String>> match(final String[] path) {
            if (path.length != pattern.length) {
                return Optional.empty();
            }

            final Map<String, String> values = new HashMap<>();
            for (int i = 0; i < path.length; i++) {
                if (pattern[i].startsWith("{")) {
                    values.put(pattern[i].substring(1, pattern[i].length() - 1), path[i]);
                } else if (!pattern[i].equalsIgnoreCase(path[i])) {
                    return Optional.empty();
                }
            }

            return Optional.of(values);
        }
    }
}
