package org.sluice.tracker.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrackerAddressesTest {
    private final FakeResolver names = new FakeResolver();

    /** A domain name system of a few names, which remembers what it was asked for. */
    private static final class FakeResolver implements Resolver {
        private final Map<String, List<InetAddress>> addresses = new HashMap<>();
        private final Map<String, List<Service>> services = new HashMap<>();
        private final List<String> servicesAsked = new ArrayList<>();

        @Override
        public List<InetAddress> addresses(String host) throws UnknownHostException {
            List<InetAddress> known = addresses.get(host);
            if (known == null) {
                throw new UnknownHostException(host);
            }
            return known;
        }

        @Override
        public List<Service> services(String name) {
            servicesAsked.add(name);
            return services.getOrDefault(name, List.of());
        }

        FakeResolver host(String name, String... literals) {
            addresses.put(name, Arrays.stream(literals).map(InetAddress::ofLiteral).toList());
            return this;
        }
    }

    private String resolve(String text) throws UnknownHostException {
        return TrackerAddresses.parse(text).resolve(names);
    }

    @Test
    void addressesAreTakenAsTheyAre() throws Exception {
        assertEquals("10.0.0.1:2181", resolve("10.0.0.1"));
        assertEquals("10.0.0.1:5000,10.0.0.2:2181", resolve("10.0.0.1:5000, 10.0.0.2"));
        assertEquals("[2001:db8:0:0:0:0:0:1]:5000", resolve("[2001:db8::1]:5000"));
        assertEquals("[0:0:0:0:0:0:0:1]:2181", resolve("[::1]"));
        assertEquals(List.of(), names.servicesAsked);
    }

    @Test
    void aNameStandsForAllItsAddresses() throws Exception {
        names.host("tracker.example", "10.0.0.2", "10.0.0.1", "2001:db8::1");
        assertEquals("10.0.0.1:2181,10.0.0.2:2181,[2001:db8:0:0:0:0:0:1]:2181", resolve("tracker.example"));
        assertEquals("10.0.0.1:99,10.0.0.2:99,[2001:db8:0:0:0:0:0:1]:99", resolve("tracker.example:99"));
    }

    @Test
    void aNameWithOneAddressStaysAName() throws Exception {
        names.host("tracker.example", "10.0.0.2");
        assertEquals("tracker.example:2181", resolve("tracker.example"));
    }

    @Test
    void serviceRecordsAreUsedWhenNoPortIsGiven() throws Exception {
        names.services.put("_sluice._tcp.example.org", List.of(new Resolver.Service("a.example.org", 4001),
                new Resolver.Service("b.example.org", 4002), new Resolver.Service("lost.example.org", 4003)));
        names.host("a.example.org", "10.0.0.1")
                .host("b.example.org", "10.0.0.2", "10.0.0.3")
                .host("example.org",
                        "10.9.9.9");

        assertEquals("10.0.0.2:4002,10.0.0.3:4002,a.example.org:4001", resolve("example.org"));
        assertEquals(List.of("_sluice._tcp.example.org"), names.servicesAsked);
        assertEquals("example.org:2181", resolve("example.org:2181"));
        assertEquals(1, names.servicesAsked.size(), "SRV was asked for although a port was given");
    }

    @Test
    void unknownNamesAreLeftOutUnlessAllAre() throws Exception {
        names.host("b.example", "10.0.0.2");
        assertEquals("b.example:1", resolve("a.example:1,b.example:1"));
        UnknownHostException unknown = assertThrows(UnknownHostException.class, () -> resolve("a.example:1,c.example"));
        assertEquals("a.example, c.example", unknown.getMessage());
        assertEquals(new TrackerAddresses.Found(List.of("b.example:1"), List.of("a.example")),
                TrackerAddresses.parse("a.example:1,b.example:1").find(names));
    }

    @Test
    void theSameServerIsTriedOnce() throws Exception {
        assertEquals("10.0.0.1:2181", resolve("10.0.0.1,10.0.0.1:2181"));
    }

    @Test
    void itIsWrittenAsItWasRead() {
        assertEquals("[::1]:5,a.example,10.0.0.1:7",
                TrackerAddresses.parse(" [::1]:5 ,a.example, 10.0.0.1:7").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",", "a:1,", "a:0", "a:65536", "a:-1", "a:x", "a:", ":2181", "::1", "2001:db8::1:2181",
                    "[::1", "[::1]2181", "[]:1", "[a.example]:1", "[10.0.0.1]:1", "1.2.3:4", "300.1.1.1", "a b",
                    "a/b:1", "-a", "a-",
                    "http://a:1", "a:999999999999"})
    void whatIsNoAddressIsRefusedInOneLine(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> TrackerAddresses.parse(text)).getMessage();
        assertTrue(String.valueOf(message).contains("is no tracker address"), message);
        assertFalse(String.valueOf(message).contains("\n"), message);
    }

    @Test
    void serviceRecordsAreReadAsTheNameServerWritesThem() {
        assertEquals(Optional.of(new Resolver.Service("a.example.org", 2181)),
                SystemResolver.service("10 20 2181 a.example.org."));
        assertEquals(Optional.empty(), SystemResolver.service("0 0 0 ."));
        assertEquals(Optional.empty(), SystemResolver.service("0 0 2181 ."));
        assertEquals(Optional.empty(), SystemResolver.service("0 0 x a."));
        assertEquals(Optional.empty(), SystemResolver.service("nonsense"));
    }

    @Test
    void serversThatMovedAreFound() throws Exception {
        names.host("tracker.example", "10.0.0.1", "10.0.0.2");
        Ensemble ensemble = new Ensemble(TrackerAddresses.parse("tracker.example"), names, Duration.ZERO);
        assertEquals("10.0.0.1:2181,10.0.0.2:2181", ensemble.getConnectionString());
        names.host("tracker.example", "10.0.0.3", "10.0.0.2");
        assertEquals("10.0.0.2:2181,10.0.0.3:2181", ensemble.getConnectionString());
        names.addresses.clear();
        assertEquals("10.0.0.2:2181,10.0.0.3:2181", ensemble.getConnectionString());
    }

    @Test
    void aPathAfterTheLastServerIsWhereTheNetworkLives() {
        TrackerAddresses addresses = TrackerAddresses.parse("zk1:2181,zk2/sluice/night-shift");

        assertEquals("sluice/night-shift", addresses.path());
        assertEquals("zk1:2181,zk2/sluice/night-shift", addresses.toString());
        assertEquals("", TrackerAddresses.parse("zk1:2181,zk2").path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"zk1/", "zk1//a", "zk1/a/", "zk1/a b", "zk1/..", "zk1/a,zk2/b"})
    void aPathThatIsNoneIsRefused(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TrackerAddresses.parse(text));
        assertTrue(String.valueOf(e.getMessage()).contains("is no path"), e.getMessage());
    }
}
