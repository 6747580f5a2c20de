package org.sluice.deploy.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.ContainerNetwork;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** One container of Sluice's image, or of another, on a network of the test's own. */
final class SluiceContainer extends GenericContainer<SluiceContainer> {
    private final String alias;

    private SluiceContainer(String image, Network network, String alias) {
        super(DockerImageName.parse(image));
        this.alias = alias;
        withNetwork(network);
        withNetworkAliases(alias);
        // What a container has to say before it is of use, the tests themselves wait for; a short one may have ended.
        withStartupCheckStrategy(new Created());
        waitingFor(new Nothing());
    }

    /** A container that runs {@code sluice} with the arguments, found by others under the alias. */
    static SluiceContainer of(Network network, String alias, List<String> arguments)
            throws Images.UnavailableException {
        return new SluiceContainer(Images.sluice(), network, alias).withCommand(arguments.toArray(String[]::new));
    }

    /** A container of another image. */
    static SluiceContainer ofImage(String image, Network network, String alias, Map<String, String> environment) {
        return new SluiceContainer(image, network, alias).withEnv(environment);
    }

    /** Waits for a line that the expression finds itself in. */
    Matcher awaitOutput(String expression) throws Exception {
        Pattern pattern = Pattern.compile(expression);
        Await.that(expression + " from " + alias, () -> {
            if (pattern.matcher(output()).find()) {
                return true;
            }
            if (!isRunning()) {
                throw new AssertionError(this + " ended without " + expression);
            }
            return false;
        });
        Matcher matcher = pattern.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError(expression + " has vanished from " + this);
        }
        return matcher;
    }

    String output() {
        return getLogs(OutputType.STDOUT);
    }

    /** Waits for the end. */
    int exitCode() {
        try (WaitContainerResultCallback callback = new WaitContainerResultCallback()) {
            return docker().waitContainerCmd(getContainerId())
                    .exec(callback)
                    .awaitStatusCode(
                            Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** kill -9. */
    void kill() {
        docker().killContainerCmd(getContainerId()).withSignal("KILL").exec();
    }

    /** SIGTERM, and kill -9 if that is not enough; the container can be started again with its data. */
    void terminate(Duration patience) {
        docker().stopContainerCmd(getContainerId()).withTimeout((int) patience.toSeconds()).exec();
    }

    /** Starts it again after it ended. */
    void startAgain() {
        docker().startContainerCmd(getContainerId()).exec();
    }

    /** Pulls the cable. */
    void disconnect(Network network) {
        docker().disconnectFromNetworkCmd().withContainerId(getContainerId()).withNetworkId(network.getId()).exec();
    }

    /** Puts the cable back; the address may be another one then. */
    void connect(Network network) {
        docker().connectToNetworkCmd()
                .withContainerId(getContainerId())
                .withNetworkId(network.getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(alias))
                .exec();
    }

    /** Its address on the test's network. */
    String address() {
        return docker().inspectContainerCmd(getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst()
                .orElseThrow(() -> new AssertionError(alias + " is on no network"));
    }

    private DockerClient docker() {
        return getDockerClient();
    }

    @Override
    public String toString() {
        return alias + "\n--- out\n" + output() + "\n--- err\n" + getLogs(OutputType.STDERR);
    }

    private static final class Nothing extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // The tests wait for lines of output.
        }
    }

    /** A container is started when it exists. */
    private static final class Created extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient docker, String containerId) {
            return StartupStatus.SUCCESSFUL;
        }
    }
}
