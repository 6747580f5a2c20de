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
import java.util.TreeMap;
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

/** The walls between the modules that docs/architecture.md draws, and between the rooms in each. */
final class ArchitectureTest {
    private static final String PROTOCOL = "org.sluice.protocol..";
    /** The room of what Avro makes of the schemas. */
    private static final String GENERATED = "schemas.avro";
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

    /** Each room, a package, and those rooms of its own module that it may use. Who lives in it stands in its package-info. */
    private static final Map<String, List<String>> ROOMS = Map.ofEntries(
            Map.entry("protocol", List.of("protocol.message", "protocol.value")),
            Map.entry("protocol.account", List.of("protocol", "protocol.message", "protocol.value")),
            Map.entry("protocol.evidence", List.of("protocol.value")),
            Map.entry("protocol.message", List.of("protocol.value")),
            Map.entry("protocol.node",
                    List.of("protocol", "protocol.account", "protocol.message", "protocol.step", "protocol.value")),
            Map.entry("protocol.root",
                    List.of("protocol", "protocol.account", "protocol.message", "protocol.node", "protocol.step",
                            "protocol.value")),
            Map.entry("protocol.step", List.of("protocol", "protocol.message", "protocol.value")),
            Map.entry("protocol.value", List.of()),
            Map.entry("protocol.worker",
                    List.of("protocol", "protocol.account", "protocol.message", "protocol.node", "protocol.step",
                            "protocol.value")),
            Map.entry("schemas", List.of("schemas.codec", "schemas.console")),
            Map.entry("schemas.codec", List.of("schemas.avro")),
            Map.entry("schemas.console", List.of("schemas.avro", "schemas.codec", "schemas.kafka")),
            Map.entry("schemas.kafka", List.of("schemas.codec")),
            Map.entry("tracker", List.of("tracker.address", "tracker.node", "tracker.server")),
            Map.entry("tracker.address", List.of()),
            Map.entry("tracker.node", List.of()),
            Map.entry("tracker.server", List.of("tracker.address")),
            Map.entry("worker",
                    List.of("worker.limits", "worker.opencl", "worker.runtime", "worker.search", "worker.search.choice",
                            "worker.search.device", "worker.search.measure", "worker.search.thread")),
            Map.entry("worker.limits", List.of()),
            Map.entry("worker.opencl", List.of()),
            Map.entry("worker.runtime",
                    List.of("worker.search", "worker.search.choice", "worker.search.measure", "worker.search.thread")),
            Map.entry("worker.search", List.of()),
            Map.entry("worker.search.choice",
                    List.of("worker.search", "worker.search.foreign", "worker.search.measure", "worker.search.vector")),
            Map.entry("worker.search.device", List.of("worker.opencl", "worker.search")),
            Map.entry("worker.search.foreign", List.of("worker.search")),
            Map.entry("worker.search.measure", List.of("worker.search")),
            Map.entry("worker.search.thread",
                    List.of("worker.opencl", "worker.search", "worker.search.choice", "worker.search.device",
                            "worker.search.measure")),
            Map.entry("worker.search.vector", List.of("worker.search")),
            Map.entry("submitter", List.of("submitter.events")),
            Map.entry("submitter.bitcoin", List.of()),
            Map.entry("submitter.bitcoin.address", List.of("submitter.bitcoin")),
            Map.entry("submitter.bitcoin.node", List.of("submitter.bitcoin", "submitter.bitcoin.template")),
            Map.entry("submitter.bitcoin.template", List.of("submitter.bitcoin", "submitter.bitcoin.address")),
            Map.entry("submitter.admin",
                    List.of("submitter", "submitter.option", "submitter.report", "submitter.request")),
            Map.entry("submitter.command",
                    List.of("submitter", "submitter.admin", "submitter.bitcoin", "submitter.bitcoin.address",
                            "submitter.bitcoin.node", "submitter.events", "submitter.mining", "submitter.option",
                            "submitter.report", "submitter.request")),
            Map.entry("submitter.mining",
                    List.of("submitter", "submitter.bitcoin", "submitter.bitcoin.address", "submitter.bitcoin.node",
                            "submitter.bitcoin.template", "submitter.report")),
            Map.entry("submitter.option", List.of("submitter.request")),
            Map.entry("submitter.events", List.of("submitter.request")),
            Map.entry("submitter.network",
                    List.of("submitter", "submitter.events", "submitter.report", "submitter.request")),
            Map.entry("submitter.report", List.of("submitter.bitcoin")),
            Map.entry("submitter.request", List.of("submitter.bitcoin")),
            Map.entry("simulator", List.of("simulator.check", "simulator.scenario", "simulator.world")),
            Map.entry("simulator.check", List.of("simulator.scenario", "simulator.world")),
            Map.entry("simulator.scenario", List.of()),
            Map.entry("simulator.world", List.of("simulator.scenario")),
            Map.entry("deploy", List.of("deploy.embedded", "deploy.failure", "deploy.output")),
            Map.entry("deploy.embedded", List.of("deploy.failure", "deploy.output", "deploy.registry")),
            Map.entry("deploy.failure", List.of("deploy.output")),
            Map.entry("deploy.output", List.of()),
            Map.entry("deploy.registry", List.of()));

    /** Rooms that no other module looks into. */
    private static final List<String> INNER_ROOMS = List.of("protocol.account", "protocol.step", "protocol.node",
            "simulator.scenario", "simulator.world", "simulator.check", "worker.search.vector", "worker.search.foreign",
            "worker.search.device", "worker.search.thread", "submitter.bitcoin", "submitter.bitcoin.address",
            "submitter.bitcoin.node", "submitter.bitcoin.template", "submitter.events");

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
    void roomsUseOnlyThoseThatTheyMay() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass user : CLASSES) {
            String room = room(user);
            if (room.equals(GENERATED)) {
                continue;
            }
            if (!ROOMS.containsKey(room)) {
                forbidden.add(room + " is not among the rooms");
                continue;
            }
            user.getDirectDependenciesFromSelf().forEach(dependency -> {
                String used = room(dependency.getTargetClass());
                boolean isOfThisModule = module(used).equals(module(room));
                boolean mayBeUsed = isOfThisModule
                        ? used.equals(room) || !ROOMS.containsKey(used) || ROOMS.get(room).contains(used)
                        : !INNER_ROOMS.contains(used);
                if (!mayBeUsed) {
                    forbidden.add(user.getSimpleName() + " in " + room + " uses "
                            + dependency.getTargetClass().getName());
                }
            });
        }
        assertEquals(Set.of(), forbidden);
    }

    /** A wall that nobody needs open is closed. */
    @Test
    void roomsMayUseNoneThatTheyDoNot() {
        Map<String, Set<String>> used = new TreeMap<>();
        for (JavaClass user : CLASSES) {
            user.getDirectDependenciesFromSelf()
                    .forEach(dependency -> used.computeIfAbsent(room(user), _ -> new TreeSet<>())
                            .add(room(dependency.getTargetClass())));
        }
        Set<String> open = new TreeSet<>();
        ROOMS.forEach((room, allowed) -> allowed.stream()
                .filter(other -> !used.getOrDefault(room, Set.of()).contains(other))
                .forEach(other -> open.add(room + " to " + other)));
        assertEquals(Set.of(), open);
    }

    private static String room(JavaClass javaClass) {
        return javaClass.getPackageName().replaceFirst("^org\\.sluice\\.", "");
    }

    private static String module(String room) {
        return room.replaceFirst("\\..*", "");
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
