package org.sluice.deploy;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.deploy.output.StandardStreams;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The walls between the modules (DESIGN section 2). */
final class ArchitectureTest {
    private static final String PROTOCOL = "org.sluice.protocol..";
    private static final String CONFLUENT = "org.apache.flink..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.sluice");

    /** Each module and those of Sluice's modules that it may use. */
    private static final Map<String, List<String>> WALLS = Map.of(
            "protocol", List.of(),
            "schemas", List.of("protocol"),
            "tracker", List.of("protocol", "schemas"),
            "worker", List.of("protocol", "schemas", "tracker"),
            "submitter", List.of("protocol", "schemas", "tracker", "worker"),
            "simulator", List.of("protocol"),
            "deploy", List.of("protocol", "schemas", "tracker", "worker", "submitter", "simulator"));

    @Test
    void everyClassBelongsToAModule() {
        assertTrue(CLASSES.containPackage("org.sluice.protocol"), "nothing was imported");
        Set<String> strangers = new TreeSet<>();
        for (JavaClass javaClass : CLASSES) {
            String module = javaClass.getPackageName().replaceFirst("^org\\.sluice\\.?", "").replaceFirst("\\..*", "");
            if (!WALLS.containsKey(module)) {
                strangers.add(javaClass.getName());
            }
        }
        assertEquals(Set.of(), strangers);
    }

    @Test
    void modulesUseOnlyThoseBeforeThem() {
        WALLS.forEach((module, allowed) -> {
            List<String> forbidden = WALLS.keySet()
                    .stream()
                    .filter(other -> !other.equals(module) && !allowed.contains(other))
                    .map(other -> "org.sluice." + other + "..")
                    .toList();
            if (!forbidden.isEmpty()) {
                noClasses().that()
                        .resideInAPackage("org.sluice." + module + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden.toArray(String[]::new))
                        .because("modules are used in one order only")
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        });
    }

    @Test
    void packagesHaveNoCircles() {
        slices().matching("org.sluice.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theProtocolUsesTheJdkAlone() {
        classes().that()
                .resideInAPackage(PROTOCOL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(PROTOCOL, "java.lang..", "java.util", "java.util.function..", "java.util.random..",
                        "java.util.stream..", "java.time..", "java.math..", "java.nio", "java.nio.charset..",
                        "java.security..",
                        "org.jspecify.annotations..")
                .because("a run of the protocol must be replayable from its inputs")
                .check(CLASSES);
    }

    @Test
    void theProtocolHasNoClockThreadOrRandomnessOfItsOwn() {
        noClasses().that()
                .resideInAPackage(PROTOCOL)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Thread.class, Runtime.class, ProcessHandle.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .because("time and chance are inputs of the protocol")
                .check(CLASSES);
    }

    /** One machine's clock says nothing to another: the tracker and the brokers have times on which all agree. */
    @Test
    void noPeerReadsItsWallClockForWhatOthersSee() {
        noClasses().that()
                .resideInAnyPackage("org.sluice.schemas..", "org.sluice.tracker..", "org.sluice.worker.runtime..",
                        "org.sluice.submitter..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("clocks of volunteers' machines are wrong by days")
                .check(CLASSES);
    }

    @Test
    void oneClassKnowsTheRelocatedRegistryClient() {
        Set<String> users = new TreeSet<>();
        for (JavaClass javaClass : CLASSES
                .that(resideInAPackage("org.sluice..").and(resideOutsideOfPackages(CONFLUENT)))) {
            boolean uses = javaClass.getDirectDependenciesFromSelf()
                    .stream()
                    .anyMatch(dependency -> resideInAPackage(CONFLUENT).test(dependency.getTargetClass()));
            if (uses) {
                users.add(outermost(javaClass).getName());
            }
        }
        assertEquals(1, users.size(), users::toString);
    }

    private static JavaClass outermost(JavaClass javaClass) {
        return javaClass.getEnclosingClass().map(ArchitectureTest::outermost).orElse(javaClass);
    }

    @Test
    void allThatIsPrintedGoesOneWay() {
        assertFalse(CLASSES.isEmpty());
        noClasses().that()
                .doNotBelongToAnyOf(StandardStreams.class)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace", PrintStream.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace", PrintWriter.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Console.class)
                .because("what is printed must be escaped, and must keep nobody waiting who has better things to do")
                .check(CLASSES);
        noClasses().that()
                .doNotBelongToAnyOf(StandardStreams.class, Main.class)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(FileDescriptor.class)
                .because("the standard streams are taken once")
                .check(CLASSES);
    }

    @Test
    void theMainClassNeedsTheJdkAlone() {
        classes().that()
                .belongToAnyOf(Main.class)
                .should()
                .onlyDependOnClassesThat(resideInAPackage("java..").or(belongToAnyOf(Main.class, Program.class)))
                .because("it tells what cannot be loaded")
                .check(CLASSES);
    }
}
