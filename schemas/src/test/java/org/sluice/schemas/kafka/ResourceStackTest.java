package org.sluice.schemas.kafka;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ResourceStackTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable resource(String name) {
        return () -> closed.add(name);
    }

    @Test
    void whatAStepBeforeTheFailureHasOpenedIsClosedInReverse() {
        RuntimeException broken = new IllegalArgumentException("the third step");
        RuntimeException thrown = assertThrows(RuntimeException.class, () -> {
            try (ResourceStack opening = new ResourceStack()) {
                opening.add(resource("first"));
                opening.add(resource("second"));
                throw broken;
            }
        });
        assertSame(broken, thrown);
        assertEquals(List.of("second", "first"), closed);
    }

    @Test
    void whatIsKeptStaysOpenUntilItsOwnerClosesIt() {
        ResourceStack kept;
        try (ResourceStack opening = new ResourceStack()) {
            opening.add(resource("first"));
            opening.add(resource("second"));
            kept = opening.keep();
        }
        assertEquals(List.of(), closed);
        kept.close();
        kept.close();
        assertEquals(List.of("second", "first"), closed);
    }

    @Test
    void whatCannotBeClosedKeepsNothingElseOpen() {
        ResourceStack stack = new ResourceStack();
        stack.add(resource("first"));
        stack.add(() -> {
            throw new IllegalStateException("one");
        });
        stack.add(() -> {
            throw new Exception("two");
        });
        RuntimeException thrown = assertThrows(RuntimeException.class, stack::close);
        assertEquals(1, thrown.getSuppressed().length);
        assertEquals(List.of("first"), closed);
    }
}
