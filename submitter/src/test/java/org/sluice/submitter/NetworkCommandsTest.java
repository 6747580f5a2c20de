package org.sluice.submitter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.tracker.node.Registration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NetworkCommandsTest {
    private static final JobId RUNNING = new JobId("anna.header-1");
    private static final JobId DONE = new JobId("anna.integers-1");

    private final CommandFixture sluice = new CommandFixture();

    @BeforeEach
    void fillTheNetwork() {
        sluice.network.peers.add(new PeerRecord(
                new Registration(new PeerId("oak.00000001"), PeerInfo.Role.WORKER, 0, 8, "0.1.0",
                        Set.of("SHA-256", "MD5"), Optional.of("oak"))
                        .withRates(new Rates(12_300_000, Map.of("MD5", 300_000L))),
                FakeNetwork.TIME.minusSeconds(200), FakeNetwork.TIME.minusSeconds(20)));
        sluice.network.peers.add(new PeerRecord(
                new Registration(new PeerId("submit-elm.00000002"), PeerInfo.Role.SUBMITTER, 0, 0, "0.1.0", Set.of(),
                        Optional.empty()),
                FakeNetwork.TIME.plusSeconds(1), FakeNetwork.TIME));
        sluice.network.peers.add(new PeerRecord(
                new Registration(new PeerId("yew.00000003"), PeerInfo.Role.WORKER, 5, 4, "0.1.0", Set.of("MD5"),
                        Optional.empty()).pausedBecause("outside its schedule 22:00-07:00"),
                FakeNetwork.TIME.minusSeconds(60), FakeNetwork.TIME));
        sluice.network.jobs.add(record(DONE, JobState.FOUND));
        sluice.network.jobs.add(record(RUNNING, JobState.RUNNING));
        sluice.network.owned.add(RUNNING);
    }

    @Test
    void listsPeers() {
        assertEquals(0, sluice.run("peers"));
        assertEquals(
                """
                        peer                 role            rate  cores  host  version   alive for  paused
                        oak.00000001         worker     12.3 MH/s      8  oak   0.1.0    3 min 20 s
                        submit-elm.00000002  submitter                          0.1.0           0 s
                        yew.00000003         worker                    4        0.1.0         1 min  outside its schedule 22:00-07:00
                        """,
                sluice.out());
        assertEquals(List.of("connect localhost:2181", "close"), sluice.network.happened);
    }

    @Test
    void listsPeersAsJson() {
        assertEquals(0, sluice.run("peers", "--json"));
        assertEquals(
                """
                        {"peers":[{"peer":"oak.00000001","role":"WORKER","hashesPerSecond":12300000,"cores":8,"version":"0.1.0",\
                        "algorithms":["MD5","SHA-256"],"otherRates":{"MD5":300000},"host":"oak","paused":null,"since":"2026-02-01T23:56:39Z",\
                        "updated":"2026-02-01T23:59:39Z"},\
                        {"peer":"submit-elm.00000002","role":"SUBMITTER","hashesPerSecond":0,"cores":0,"version":"0.1.0",\
                        "algorithms":[],"otherRates":{},"host":null,"paused":null,"since":"2026-02-02T00:00:00Z",\
                        "updated":"2026-02-01T23:59:59Z"},\
                        {"peer":"yew.00000003","role":"WORKER","hashesPerSecond":0,"cores":4,"version":"0.1.0",\
                        "algorithms":["MD5"],"otherRates":{},"host":null,"paused":"outside its schedule 22:00-07:00",\
                        "since":"2026-02-01T23:58:59Z","updated":"2026-02-01T23:59:59Z"}]}
                        """,
                sluice.out());
    }

    @Test
    void saysHowToGoOnWhenThereIsNothingToList() {
        sluice.network.peers.clear();
        sluice.network.jobs.clear();

        assertEquals(0, sluice.run("peers"));
        assertEquals(0, sluice.run("jobs"));
        assertEquals(List.of("no peer is alive; start one with: sluice worker --tracker localhost:4711",
                "there are no jobs; start one with: sluice submit --help"), sluice.errLines());
        assertEquals("", sluice.out());

        assertEquals(0, sluice.run("peers", "--json"));
        assertEquals(0, sluice.run("jobs", "--json"));
        assertEquals("{\"peers\":[]}\n{\"jobs\":[]}\n", sluice.out());
    }

    @Test
    void listsJobs() {
        sluice.network.jobs.add(record(new JobId("anna.integers-2"), JobState.RUNNING));

        assertEquals(0, sluice.run("jobs", "--tracker", "[::1]:7"));
        assertEquals("""
                job              state              created               expires               searches
                anna.integers-1  FOUND              2026-01-31T23:00:00Z  2026-02-07T23:00:00Z  SHA-256 of integers
                anna.header-1    RUNNING            2026-01-31T23:00:00Z  2026-02-07T23:00:00Z  SHA-256 of integers
                anna.integers-2  RUNNING, no owner  2026-01-31T23:00:00Z  2026-02-07T23:00:00Z  SHA-256 of integers
                """, sluice.out());
        assertEquals("connect [::1]:7", sluice.network.happened.getFirst());
    }

    @Test
    void listsJobsAsJson() {
        sluice.network.jobs.removeFirst();

        assertEquals(0, sluice.run("jobs", "--json"));
        assertEquals("""
                {"jobs":[{"job":"anna.header-1","state":"RUNNING","owned":true,"created":"2026-01-31T23:00:00Z",\
                "expires":"2026-02-07T23:00:00Z","description":"SHA-256 of integers","submitter":"submit-elm.00000002",\
                "rootEpoch":3}]}
                """, sluice.out());
    }

    @Test
    void cancelsAJobThatRuns() {
        sluice.network.endsAs = Optional.of(record(RUNNING, JobState.CANCELLED));

        assertEquals(0, sluice.run("cancel", "anna.header-1", "--timeout", "5s"));

        assertEquals("anna.header-1 is cancelled\n", sluice.out());
        assertEquals(List.of("connect localhost:2181", "request cancel anna.header-1",
                "await end anna.header-1 " + Duration.ofSeconds(5), "close"), sluice.network.happened);
    }

    @Test
    void cancelsAsJson() {
        sluice.network.endsAs = Optional.of(record(RUNNING, JobState.CANCELLED));

        assertEquals(0, sluice.run("cancel", "anna.header-1", "--json"));
        assertEquals("{\"job\":\"anna.header-1\",\"state\":\"CANCELLED\"}\n", sluice.out());
    }

    @Test
    void doesNotCancelWhatHasEnded() {
        assertEquals(1, sluice.run("cancel", "anna.integers-1"));
        assertEquals("anna.integers-1 had ended before: FOUND\n", sluice.out());
        assertEquals(List.of("connect localhost:2181", "close"), sluice.network.happened);
    }

    @Test
    void playsTheRootOfAJobThatHasLostItsOwnToCancelIt() {
        sluice.network.owned.clear();
        sluice.network.endsAs = Optional.of(record(RUNNING, JobState.CANCELLED));

        assertEquals(0, sluice.run("cancel", "anna.header-1"));

        assertEquals("anna.header-1 is cancelled\n", sluice.out());
        assertEquals("", sluice.err());
        assertEquals(List.of("connect localhost:2181", "request cancel anna.header-1", "connect localhost:2181",
                "resume anna.header-1", "close", "await end anna.header-1 " + Duration.ofSeconds(30), "close"),
                sluice.network.happened);
    }

    /** Nobody can play the roots of its templates: nothing tells which they are. */
    @Test
    void recordsTheEndOfACampaignThatHasLostItsSubmitter() {
        JobRecord job = record(new JobId("anna.blocks-1"), JobState.RUNNING);
        sluice.network.jobs.add(new JobRecord(job.job(), job.state(), job.created(), job.expires(), job.description(),
                job.submitter(), job.rootEpoch(), true));
        sluice.network.endsAs = Optional.of(record(job.job(), JobState.CANCELLED));

        assertEquals(0, sluice.run("cancel", "anna.blocks-1"));

        assertEquals("anna.blocks-1 is cancelled\n", sluice.out());
        assertEquals(List.of("connect localhost:2181", "request cancel anna.blocks-1", "record cancelled anna.blocks-1",
                "await end anna.blocks-1 " + Duration.ofSeconds(30), "close"), sluice.network.happened);
    }

    @Test
    void cancelsAJobWhoseRecordTheTrackerHasLost() {
        JobRecord lost = record(new JobId("anna.header-2"), JobState.RUNNING);
        sluice.network.runner.onRestore = () -> sluice.network.jobs.add(lost);
        sluice.network.endsAs = Optional.of(record(RUNNING, JobState.CANCELLED));

        assertEquals(0, sluice.run("cancel", "anna.header-2"));

        assertTrue(
                sluice.network.happened.containsAll(List.of("restore anna.header-2", "request cancel anna.header-2")));
    }

    @Test
    void saysWhatToDoWhenNobodyAnswersACancel() {
        assertEquals(3, sluice.run("cancel", "anna.header-1"));
        sluice.network.owned.clear();
        assertEquals(3, sluice.run("cancel", "anna.header-1"));

        assertEquals(List.of(
                "sluice: the submitter of anna.header-1 has not answered yet; the request stands, see sluice jobs",
                "sluice: anna.header-1 has just lost its submitter; say again: sluice cancel anna.header-1"),
                sluice.errLines());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    anna.no-such-job | there is no job anna.no-such-job; sluice jobs lists them
                    anna.blocks-1.7 | anna.blocks-1.7 is one of many that follow each other; all of them are anna.blocks-1
                    a/b | a job id is its owner's name, a point, and the job's name, each 1 to 40 of a-z, 0-9 and -, not 'a/b'; sluice jobs lists them
                    header-20260131-235959-1f3a5c7e | a job id is its owner's name, a point, and the job's name, each 1 to 40 of a-z, 0-9 and -, not 'header-20260131-235959-1f3a5c7e'; sluice jobs lists them. A job of a version of Sluice that knew no owners cannot be taken up: submit it again
                    """)
    void refusesToCancelWhatDoesNotExist(String job, String message) {
        assertEquals(2, sluice.run("cancel", job));
        assertEquals("sluice: " + message + "\n", sluice.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    console | All[] BEGINNING CAUGHT_UP
                    console --follow | All[] BEGINNING INTERRUPTED
                    console --follow --no-from-beginning | All[] NOW INTERRUPTED
                    console --from-beginning | All[] BEGINNING CAUGHT_UP
                    console --topic x.y | One[name=x.y] BEGINNING CAUGHT_UP
                    console --peer oak.00000001 | Some[topics=[Inbox[peer=oak.00000001]]] BEGINNING CAUGHT_UP
                    console --job anna.header-1 | Some[topics=[Journal[job=anna.header-1], RootInbox[job=anna.header-1]]] BEGINNING CAUGHT_UP
                    """)
    void readsTheTopicsAskedFor(String arguments, String read) {
        assertEquals(0, sluice.run(arguments.split(" ")));
        assertEquals(List.of("connect localhost:2181", "read " + read, "close events", "close"),
                sluice.network.happened);
    }

    @Test
    void printsEventsAndWhatIsNone() {
        sluice.network.records.add(new StoredRecord.Understood(new StoredEvent("sluice.inbox.oak.00000001", 7,
                CommandFixture.NOW,
                new Event.Addressed(new Message.ResultAck(new PeerId("elm.00000002"), RUNNING, 3)))));
        sluice.network.records
                .add(new StoredRecord.Malformed("sluice.inbox.oak.00000001", 8, CommandFixture.NOW,
                        "the first byte is 7"));

        assertEquals(0, sluice.run("console"));
        assertEquals(0, sluice.run("console", "--json"));

        List<String> lines = sluice.out().lines().toList();
        assertEquals(4, lines.size());
        assertEquals(
                "2026-01-31T23:59:59.000Z sluice.inbox.oak.00000001@7 elm.00000002 -> oak.00000001 ResultAck job=anna.header-1 number=3",
                lines.get(0));
        assertEquals("2026-01-31T23:59:59.000Z sluice.inbox.oak.00000001@8 MALFORMED the first byte is 7",
                lines.get(1));
        String place = "{\"topic\":\"sluice.inbox.oak.00000001\",\"offset\":";
        assertTrue(lines.get(2).startsWith(place + "7,\"time\":\"2026-01-31T23:59:59.000Z\",\"type\":\"ResultAck\""),
                lines.get(2));
        assertEquals(place + "8,\"time\":\"2026-01-31T23:59:59.000Z\",\"malformed\":\"the first byte is 7\"}",
                lines.get(3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    console --peer a/b | a peer id is a name of 1 to 40 of a-z, 0-9 and -, a point, and 8 of a-z and 0-9, not 'a/b'
                    console --no-from-beginning | --no-from-beginning needs --follow, else there is nothing to print
                    console --peer a --job b | Error: --peer=P, --job=J are mutually exclusive (specify only one)
                    """)
    void refusesWrongUsageOfTheConsole(String arguments, String message) {
        assertEquals(2, sluice.run(arguments.split(" ")));
        assertEquals("sluice: " + message + "\n", sluice.err());
        assertEquals(List.of(), sluice.network.happened);
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit integers", "submit header", "peers", "jobs", "resume", "cancel", "console"})
    void explainsItself(String command) {
        assertEquals(0, sluice.run((command + " --help").split(" ")));

        String help = sluice.out();
        assertTrue(help.startsWith("Usage: sluice " + command), help);
        for (String part : List.of("--tracker=ADDRESS", "--json", "--quiet", "Exit status:",
                "Examples:", "  sluice " + command)) {
            assertTrue(help.contains(part), () -> part + " is missing in: " + help);
        }
        String examples = help.substring(help.indexOf("Examples:"));
        assertTrue(examples.lines().skip(1).allMatch(line -> line.startsWith("  sluice ")),
                () -> "an example is wrapped: " + examples);
    }

    @Test
    void describesEveryOption() {
        describesEveryOption(sluice.commandLine());
    }

    private static void describesEveryOption(CommandLine command) {
        command.getCommandSpec()
                .options()
                .forEach(option -> assertTrue(option.description().length > 0,
                        () -> command.getCommandName() + " " + option.longestName() + " has no description"));
        command.getSubcommands().values().forEach(NetworkCommandsTest::describesEveryOption);
    }

    private static JobRecord record(JobId job, JobState state) {
        Instant created = Instant.parse("2026-01-31T23:00:00.123Z");
        Instant whole = created.minusMillis(123);
        return new JobRecord(job, state, whole, whole.plus(Duration.ofDays(7)), "SHA-256 of integers",
                new PeerId("submit-elm.00000002"), 3);
    }
}
