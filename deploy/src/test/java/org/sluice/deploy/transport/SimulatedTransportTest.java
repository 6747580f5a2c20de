package org.sluice.deploy.transport;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract on the simulator's network, with delays of several seeds. */
@ParameterizedClass
@ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
final class SimulatedTransportTest extends TransportContract {
    private final long seed;

    SimulatedTransportTest(long seed) {
        this.seed = seed;
    }

    @Override
    Transport connect() {
        return new SimulatedTransport(seed);
    }
}
