package org.sluice.worker.search.vector;

import java.lang.reflect.InvocationTargetException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the JDK's incubating Vector API available after the start of the JVM.
 *
 * <p>The documented way, {@code --add-modules jdk.incubator.vector}, prints a warning at every start that nothing can
 * silence, and makes most of the ahead-of-time cache unusable (measured: 3.7 s instead of 1.1 s until Kafka answers). So
 * the launcher exports the JDK's own way of loading a system module late, and asks for the compiler's support of vectors
 * with {@code -XX:+EnableVectorSupport}; the code that is generated is the same. Where this does not work, as in a later
 * JDK, searching goes on without vectors.
 */
public final class VectorModule {
    private static final Logger LOG = LoggerFactory.getLogger(VectorModule.class);
    private static final String NAME = "jdk.incubator.vector";
    /** {@code off} in the run that makes the ahead-of-time cache, which cannot hold classes of late modules. */
    private static final String SWITCH = "sluice.vectors";

    private VectorModule() {}

    /** Loads the module if it is not there yet; returns whether it is now. */
    public static boolean load() {
        if (ModuleLayer.boot().findModule(NAME).isPresent()) {
            return true;
        }
        if (System.getProperty(SWITCH, "").equals("off")) {
            return false;
        }
        try {
            Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class).invoke(null, NAME);
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.info("No vectors on this JDK: {}", e instanceof InvocationTargetException ? e.getCause() : e);
            return false;
        }
    }
}
