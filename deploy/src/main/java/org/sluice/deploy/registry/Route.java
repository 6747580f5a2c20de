package org.sluice.deploy.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A method and path of the REST interface, and what answers it.
 *
 * @param path parts between the slashes; {@code *} stands for any one part
 */
record Route(String method, List<String> path, Action action) {
    /** What answers a request; the variables are the parts of the path that stars stand for. */
    interface Action {
        Object answer(Request request, List<String> variables) throws RegistryException;
    }

    static Route of(String method, String path, Action action) {
        return new Route(method, List.of(path.substring(1).split("/")), action);
    }

    /** The variables of a path that this route serves, whatever the method. */
    Optional<List<String>> variables(List<String> requested) {
        if (requested.size() != path.size()) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>();
        for (int index = 0; index < path.size(); index++) {
            if (path.get(index).equals("*")) {
                variables.add(requested.get(index));
            } else if (!path.get(index).equals(requested.get(index))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
