package org.sluice.deploy.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.apache.avro.Schema;

/**
 * All subjects, their versions, and the schemas by id; every change is on disk before it is answered.
 *
 * <p>Ids and versions are never reused and survive a restart, so a record written once stays readable. Equal schemas have
 * one id, in whatever subject they stand. Safe for use by several threads: one at a time.
 */
public final class SchemaStore {
    /** More than a network of this kind defines; keeps a careless client from filling memory and disk. */
    private static final int MAXIMUM_SCHEMAS = 2_000;
    private static final String LATEST = "latest";

    private final StoreFile file;
    private StoreContent content;

    /** Reads the store of an earlier run, if there is one. */
    public static SchemaStore open(Path path) {
        return new SchemaStore(new StoreFile(path));
    }

    private SchemaStore(StoreFile file) {
        this.file = file;
        this.content = file.read();
    }

    /** Adds a version, or finds the one that has this schema already; returns the schema's id. */
    public synchronized int register(String subject, String text) throws RegistryException {
        Schema schema = parse(text);
        replace(with(content, subject, schema));
        return content.id(schema.toString());
    }

    /**
     * The same for several subjects in one step, which take only schemas of the given level from then on: all of them or none.
     *
     * @param schemas a schema for each subject
     * @return the schemas' ids by subject
     */
    public synchronized Map<String, Integer> registerAll(Map<String, String> schemas, CompatibilityLevel level)
            throws RegistryException {
        StoreContent next = content;
        Map<String, Integer> ids = new HashMap<>();
        for (Map.Entry<String, String> each : schemas.entrySet()) {
            String subject = each.getKey();
            Schema schema = parse(each.getValue());
            next = with(next.withSubjectCompatibility(subject, level), subject, schema);
            ids.put(subject, next.id(schema.toString()));
        }
        replace(next);
        return ids;
    }

    private static StoreContent with(StoreContent before, String subject, Schema schema) throws RegistryException {
        String canonical = schema.toString();
        int known = before.id(canonical);
        List<Integer> versions = before.versionIds(subject);
        if (versions.contains(known)) {
            return before;
        }
        List<String> objections = before.levelFor(subject).objections(schema, parsed(before, versions));
        if (!objections.isEmpty()) {
            throw RegistryException.incompatible(subject, objections);
        }
        if (known == 0 && before.schemas().size() >= MAXIMUM_SCHEMAS) {
            throw RegistryException.full(MAXIMUM_SCHEMAS);
        }
        StoreContent next = known == 0 ? before.withSchema(canonical) : before;
        return next.withVersion(subject, next.id(canonical));
    }

    /** The version of a subject that has exactly this schema. */
    public synchronized RegisteredSchema lookUp(String subject, String text) throws RegistryException {
        List<Integer> versions = existing(subject);
        int index = versions.indexOf(content.id(parse(text).toString()));
        if (index < 0) {
            throw RegistryException.schemaNotFound();
        }
        return registered(subject, index + 1, versions.get(index));
    }

    public synchronized List<String> subjects() {
        return content.subjects().keySet().stream().sorted().toList();
    }

    /** The numbers of a subject's versions. */
    public synchronized List<Integer> versions(String subject) throws RegistryException {
        return IntStream.rangeClosed(1, existing(subject).size()).boxed().toList();
    }

    /** One version, by its number or {@code latest}. */
    public synchronized RegisteredSchema version(String subject, String version) throws RegistryException {
        List<Integer> versions = existing(subject);
        int number = number(version, versions.size());
        return registered(subject, number, versions.get(number - 1));
    }

    public synchronized String schema(int id) throws RegistryException {
        requireId(id);
        return content.schema(id);
    }

    /** The versions in which a schema is used. */
    public synchronized List<RegisteredSchema> usesOf(int id) throws RegistryException {
        requireId(id);
        List<RegisteredSchema> uses = new ArrayList<>();
        for (String subject : subjects()) {
            int index = content.versionIds(subject).indexOf(id);
            if (index >= 0) {
                uses.add(registered(subject, index + 1, id));
            }
        }
        return uses;
    }

    public synchronized CompatibilityLevel compatibility() {
        return content.compatibility();
    }

    /** The subject's own level; empty when the global one holds for it. */
    public synchronized Optional<CompatibilityLevel> compatibility(String subject) {
        return Optional.ofNullable(content.subjectCompatibility().get(subject));
    }

    public synchronized void setCompatibility(CompatibilityLevel level) {
        replace(content.withCompatibility(level));
    }

    public synchronized void setCompatibility(String subject, CompatibilityLevel level) {
        replace(content.withSubjectCompatibility(subject, level));
    }

    /** Why a schema could not become the subject's next version; empty when it could. */
    public synchronized List<String> objections(String subject, String text) throws RegistryException {
        return content.levelFor(subject).objections(parse(text), parsed(content, content.versionIds(subject)));
    }

    /** The same, compared with one version only. The latest of a subject that does not exist objects to nothing. */
    public synchronized List<String> objections(String subject, String text, String version) throws RegistryException {
        Schema candidate = parse(text);
        List<Integer> versions = content.versionIds(subject);
        if (versions.isEmpty() && version.equals(LATEST)) {
            return List.of();
        }
        int number = number(version, versions.size());
        return content.levelFor(subject).objections(candidate, parsed(content, List.of(versions.get(number - 1))));
    }

    private static int number(String version, int count) throws RegistryException {
        int number;
        if (version.equals(LATEST) || version.equals("-1")) {
            number = count;
        } else {
            try {
                number = Integer.parseInt(version);
            } catch (NumberFormatException _) {
                throw RegistryException.invalidVersion(version);
            }
            if (number < 1) {
                throw RegistryException.invalidVersion(version);
            }
        }
        if (number < 1 || number > count) {
            throw RegistryException.versionNotFound(version);
        }
        return number;
    }

    private static Schema parse(String text) throws RegistryException {
        try {
            return new Schema.Parser().parse(text);
        } catch (RuntimeException | StackOverflowError e) {
            // Avro's parser meets much nonsense with its own exceptions, some with whatever goes wrong first.
            throw RegistryException
                    .invalidSchema(String.valueOf(e.getMessage()).lines().findFirst().orElse("not Avro"));
        }
    }

    private static List<Schema> parsed(StoreContent content, List<Integer> versionIds) throws RegistryException {
        List<Schema> schemas = new ArrayList<>();
        for (int id : versionIds) {
            schemas.add(parse(content.schema(id)));
        }
        return schemas;
    }

    private List<Integer> existing(String subject) throws RegistryException {
        List<Integer> versions = content.versionIds(subject);
        if (versions.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return versions;
    }

    private RegisteredSchema registered(String subject, int version, int id) {
        return new RegisteredSchema(subject, version, id, content.schema(id));
    }

    private void requireId(int id) throws RegistryException {
        if (id < 1 || id > content.schemas().size()) {
            throw RegistryException.schemaNotFound(id);
        }
    }

    /** On disk first: what was answered once is never forgotten, what could not be stored was never there. */
    private void replace(StoreContent next) {
        if (!next.equals(content)) {
            file.write(next);
            content = next;
        }
    }
}
