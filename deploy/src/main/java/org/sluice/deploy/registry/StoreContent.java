package org.sluice.deploy.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that a registry knows, as it stands in its file; never changed, only replaced.
 *
 * @param schemas by id, counting from 1
 * @param subjects subject to the ids of its versions, the first version first
 */
record StoreContent(CompatibilityLevel compatibility, Map<String, CompatibilityLevel> subjectCompatibility,
        List<String> schemas, Map<String, List<Integer>> subjects) {
    static final StoreContent EMPTY = new StoreContent(CompatibilityLevel.BACKWARD, Map.of(), List.of(), Map.of());

    StoreContent {
        Objects.requireNonNull(compatibility, "there is no 'compatibility'");
        Objects.requireNonNull(subjectCompatibility, "there is no 'subjectCompatibility'");
        Objects.requireNonNull(schemas, "there are no 'schemas'");
        Objects.requireNonNull(subjects, "there are no 'subjects'");
        for (List<Integer> ids : subjects.values()) {
            for (int id : ids) {
                if (id < 1 || id > schemas.size()) {
                    throw new IllegalArgumentException("no schema has the id " + id);
                }
            }
        }
    }

    StoreContent withCompatibility(CompatibilityLevel level) {
        return new StoreContent(level, subjectCompatibility, schemas, subjects);
    }

    StoreContent withSubjectCompatibility(String subject, CompatibilityLevel level) {
        Map<String, CompatibilityLevel> levels = new TreeMap<>(subjectCompatibility);
        levels.put(subject, level);
        return new StoreContent(compatibility, levels, schemas, subjects);
    }

    StoreContent withSchema(String schema) {
        List<String> more = new ArrayList<>(schemas);
        more.add(schema);
        return new StoreContent(compatibility, subjectCompatibility, more, subjects);
    }

    StoreContent withVersion(String subject, int id) {
        List<Integer> ids = new ArrayList<>(versionIds(subject));
        ids.add(id);
        Map<String, List<Integer>> more = new TreeMap<>(subjects);
        more.put(subject, ids);
        return new StoreContent(compatibility, subjectCompatibility, schemas, more);
    }

    /** The ids of a subject's versions; empty when there is no such subject. */
    List<Integer> versionIds(String subject) {
        return subjects.getOrDefault(subject, List.of());
    }

    /** The level that holds for a subject: its own, else the global one. */
    CompatibilityLevel levelFor(String subject) {
        return subjectCompatibility.getOrDefault(subject, compatibility);
    }

    /** The id of a schema, 1 or more; 0 when it is not there. */
    int id(String schema) {
        return schemas.indexOf(schema) + 1;
    }

    String schema(int id) {
        return schemas.get(id - 1);
    }
}
