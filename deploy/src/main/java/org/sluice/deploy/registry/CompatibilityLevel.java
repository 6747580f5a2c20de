package org.sluice.deploy.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * What a new version of a schema owes to the earlier ones.
 *
 * <p>Backward: the new schema reads what the old one wrote. Forward: the old one reads what the new one writes. Full:
 * both. Transitive: towards all earlier versions, not only the latest.
 */
public enum CompatibilityLevel {
    NONE(false, false, false), BACKWARD(true, false, false), BACKWARD_TRANSITIVE(true, false, true), FORWARD(false,
            true,
            false), FORWARD_TRANSITIVE(false, true, true), FULL(true, true, false), FULL_TRANSITIVE(true, true, true);

    private final boolean backward;
    private final boolean forward;
    private final boolean transitive;

    CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
        this.backward = backward;
        this.forward = forward;
        this.transitive = transitive;
    }

    public static CompatibilityLevel parse(String name) throws RegistryException {
        for (CompatibilityLevel level : values()) {
            if (level.name().equals(name)) {
                return level;
            }
        }
        throw new RegistryException(42203,
                "Invalid compatibility level. Valid values are " + Arrays.toString(values()));
    }

    /**
     * Why {@code candidate} may not follow {@code earlier}; empty when it may.
     *
     * @param earlier oldest first
     */
    List<String> objections(Schema candidate, List<Schema> earlier) {
        List<Schema> compared = transitive || earlier.isEmpty() ? earlier : List.of(earlier.getLast());
        List<String> objections = new ArrayList<>();
        for (Schema old : compared.reversed()) {
            if (backward) {
                addObjections(candidate, old, "the new schema cannot read data of an earlier one", objections);
            }
            if (forward) {
                addObjections(old, candidate, "an earlier schema cannot read data of the new one", objections);
            }
        }
        return objections;
    }

    private static void addObjections(Schema reader, Schema writer, String what, List<String> objections) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        if (result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE) {
            return;
        }
        for (SchemaCompatibility.Incompatibility incompatibility : result.getIncompatibilities()) {
            objections.add("%s: %s at %s (%s)".formatted(what, incompatibility.getType(), incompatibility.getLocation(),
                    incompatibility.getMessage()));
        }
    }
}
