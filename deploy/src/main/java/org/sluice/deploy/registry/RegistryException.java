package org.sluice.deploy.registry;

/** A request that the registry refuses, with Confluent's error code; the first three digits are the HTTP status. */
public final class RegistryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    public RegistryException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public int errorCode() {
        return errorCode;
    }

    public int httpStatus() {
        return errorCode >= 1000 ? errorCode / 100 : errorCode;
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(40401, "Subject '%s' not found.".formatted(subject));
    }

    static RegistryException versionNotFound(String version) {
        return new RegistryException(40402, "Version %s not found.".formatted(version));
    }

    static RegistryException schemaNotFound() {
        return new RegistryException(40403, "Schema not found");
    }

    static RegistryException schemaNotFound(int id) {
        return new RegistryException(40403, "Schema %d not found".formatted(id));
    }

    public static RegistryException noSubjectCompatibility(String subject) {
        return new RegistryException(40408,
                "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
    }

    static RegistryException invalidSchema(String reason) {
        return new RegistryException(42201, "Invalid schema: " + reason);
    }

    static RegistryException invalidVersion(String version) {
        return new RegistryException(42202,
                "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
                        .formatted(version));
    }

    static RegistryException full(int schemas) {
        return new RegistryException(50001, "This registry holds %d schemas and takes no more".formatted(schemas));
    }

    static RegistryException incompatible(String subject, Object details) {
        return new RegistryException(409,
                "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
                        .formatted(subject, details));
    }
}
