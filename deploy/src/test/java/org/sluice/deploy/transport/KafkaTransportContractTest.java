package org.sluice.deploy.transport;

import java.nio.file.Path;

import org.sluice.deploy.embedded.EmbeddedKafka;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real broker. */
@Tag("slow")
final class KafkaTransportContractTest extends TransportContract {
    @TempDir
    static Path folder = Path.of("");
    private static OneBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = new OneBroker(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.stop();
    }

    @Override
    Transport connect() {
        return new KafkaTransport(broker);
    }

    /** A broker that comes back on its port, with its data. */
    private static final class OneBroker implements KafkaTransport.Broker {
        private final Path data;
        private EmbeddedKafka kafka;

        OneBroker(Path data) {
            this.data = data;
            kafka = EmbeddedKafka.start(EmbeddedKafka.Options.loopback(data, 0));
        }

        @Override
        public String bootstrapServers() {
            return kafka.bootstrapServers();
        }

        @Override
        public void stop() {
            kafka.close();
        }

        @Override
        public void start() {
            kafka = EmbeddedKafka.start(EmbeddedKafka.Options.loopback(data, kafka.port()));
        }
    }
}
