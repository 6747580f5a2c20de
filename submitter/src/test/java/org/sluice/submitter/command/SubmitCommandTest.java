package org.sluice.submitter.command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.CommandFixture;
import org.sluice.submitter.FakeRunner;
import org.sluice.submitter.JobRunner;
import org.sluice.worker.runtime.PeerNames;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SubmitCommandTest {
    private static final String HEADER = "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320"
            + "b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695";

    private final CommandFixture sluice = new CommandFixture();

    @Test
    void submitsIntegers() {
        assertEquals(1, submit("integers --from 0 --to 5_000_000 --zeros 12 --mode all"));

        JobSpec spec = sluice.network.runner.spec();
        assertEquals(new Range(0, 5_000_000), spec.range());
        assertEquals(new Work.Integers("SHA-256", Bytes.EMPTY), spec.work());
        assertEquals(new Goal.TrailingZeroBits(12), spec.goal());
        assertEquals(Mode.ALL, spec.mode());
        assertEquals(16, spec.fanOut());
        assertTrue(spec.id().value().matches(PeerNames.ofUser() + "\\.integers-[0-9a-z]{8}"), spec.id().value());
        assertEquals(Optional.of(Duration.ofDays(7)), sluice.network.runner.timeToLive);
        assertEquals(List.of("embedded", "start", "close"), sluice.network.happened);
        assertTrue(sluice.interrupts.closed);
    }

    @Test
    void aJobIsItsOwners() {
        assertEquals(1, submit("integers --from 0 --to 10 --zeros 1 --owner night-shift"));

        assertEquals("night-shift", sluice.network.runner.spec().id().owner());
    }

    @Test
    void anOwnerHasAName() {
        assertEquals(2, submit("integers --from 0 --to 10 --zeros 1 --owner Night_Shift"));

        assertEquals("sluice: --owner is 1 to 40 of the characters a-z, 0-9 and -, not 'Night_Shift'\n", sluice.err());
        assertEquals(List.of(), sluice.network.happened);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://anna:hunter2@127.0.0.1:8332", "http://anna:hunter2%@127.0.0.1", "http://anna:hunter2@[",
                    "anna:hunter2@127.0.0.1"})
    void aPasswordInANodesAddressIsRefusedAndNotShown(String url) {
        assertEquals(2, sluice.run("submit", "bitcoin", "--rpc", url, "--cookie", "none", "--address", "bc1q"));

        assertTrue(sluice.err().contains("--rpc"), sluice.err());
        assertFalse(sluice.err().contains("hunter2"), sluice.err());
        assertEquals(List.of(), sluice.network.happened);
    }

    @Test
    void takesAllOptionsOfIntegers() {
        assertEquals(1, submit("integers --from 0x10 --to 0x20 --zeros 3 --algorithm sha-1 --prefix CAFE --mode FIRST "
                + "--timeout 5m --fan-out 2 --tracker here:1,there --quiet"));

        JobSpec spec = sluice.network.runner.spec();
        assertEquals(new Range(16, 32), spec.range());
        assertEquals(new Work.Integers("SHA-1", Bytes.fromHex("cafe")), spec.work());
        assertEquals(Mode.FIRST, spec.mode());
        assertEquals(2, spec.fanOut());
        assertEquals(Optional.of(Duration.ofMinutes(5)), sluice.network.runner.timeToLive);
        assertEquals("connect here:1,there", sluice.network.happened.getFirst());
        assertEquals("", sluice.err());
    }

    @Test
    void submitsAHeaderForItsOwnBitsAndAllNonces() {
        assertEquals(1, submit("header " + HEADER));

        JobSpec spec = sluice.network.runner.spec();
        assertEquals(new Range(0, 1L << 32), spec.range());
        assertEquals(new Work.Header(Bytes.fromHex(HEADER.substring(0, 152)), false), spec.work());
        assertEquals(new Goal.Target(Bytes.fromHex("00000000000044b9f2" + "0".repeat(46))), spec.goal());
        assertEquals(Mode.FIRST, spec.mode());
    }

    @Test
    void takesAllOptionsOfAHeader() {
        submit("header " + HEADER.substring(0, 152) + " --from 5 --to 9 --bits 1d00ffff");
        assertEquals(new Range(5, 9), sluice.network.runner.spec().range());
        assertEquals(new Goal.Target(Bytes.fromHex("00000000ffff" + "0".repeat(52))),
                sluice.network.runner.spec().goal());

        submit("header " + HEADER + " --roll-version --target ff");
        assertEquals(new Work.Header(Bytes.fromHex(HEADER.substring(0, 152)), true),
                sluice.network.runner.spec().work());
        assertEquals(new Range(0, 1L << 48), sluice.network.runner.spec().range());
        assertEquals(new Goal.Target(Bytes.fromHex("0".repeat(62) + "ff")), sluice.network.runner.spec().goal());

        submit("header " + HEADER + " --zeros 20 --mode all --to 1000");
        assertEquals(new Goal.TrailingZeroBits(20), sluice.network.runner.spec().goal());
        assertEquals(Mode.ALL, sluice.network.runner.spec().mode());
    }

    @Test
    void ignoresANonceButNotAGoalThatIsNone() {
        assertEquals(2, submit("header " + "00".repeat(80)));
        assertEquals("sluice: the header sets no goal, for the bits 00000000 stand for a target of zero, "
                + "which no digest meets; give one with --bits, --target or --zeros\n", sluice.err());
        assertEquals(1, submit("header " + "00".repeat(80) + " --zeros 4"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    --from 9 --to 5 --zeros 1 | the range is reversed: --from 9 is above --to 5; swap them
                    --from 5 --to 5 --zeros 1 | the range is empty: --from and --to are both 5, and --to itself is not searched; set --to above --from
                    --from -5 --to 5 --zeros 1 | --from must be 0 or more, not -5: negative integers are not searched
                    --from 0 --to 9223372036854775808 --zeros 1 | --to is too large: 9223372036854775808 is above 2^63-1 = 9223372036854775807, the largest end of a range
                    --from 0 --to 99999999999999999999999 --zeros 1 | --to is too large: 99999999999999999999999 is above 2^63-1 = 9223372036854775807, the largest end of a range
                    --from 0 --to 5 --zeros 300 | --zeros must be 0 to 256, not 300: SHA-256 has only 256 bits
                    --from 0 --to 5 --zeros -1 | --zeros must be 0 to 256, not -1: SHA-256 has only 256 bits
                    --from 0 --to 9000000000 --zeros 0 --mode all | this job expects about 9.0e+09 solutions and --mode all keeps at most 1,000,000: use --zeros 14 or more, narrow the range or use --mode first
                    --from 0 --to 5 --zeros 1 --prefix abc | --prefix has an odd number of hex digits (3); write two for each byte
                    --from 0 --to 5 --zeros 1 --fan-out 0 | --fan-out must be 1 to 1024, not 0
                    --from 0 --to 5 --zeros 1 --timeout 8d | --timeout must be 7d or less, for that is how long a job is kept
                    --from 0 --to 5 --zeros 1 --tracker a:b | --tracker: 'a:b' is no tracker address: a port is a number from 1 to 65535 (write host:port[,host:port...][/path] or a DNS name)
                    --from x --to 5 --zeros 1 | Invalid value for option '--from': 'x' is no integer; write it as 5000000, 5_000_000 or 0x4c4b40
                    --from 0 --to 5 --zeros 1 --mode some | Invalid value for option '--mode': 'some' is no mode; use first or all
                    --from 0 --to 5 --zeros 1 --timeout 5 | Invalid value for option '--timeout': '5' is no duration; write a whole number and its unit, as 30s, 5m, 2h or 1d
                    --from 0 --to 5 | Missing required option: '--zeros=Z'
                    """)
    void refusesWrongUsageInOneLineBeforeAnythingIsSent(String arguments, String message) {
        assertEquals(2, submit("integers " + arguments));

        assertEquals("sluice: " + message + "\n", sluice.err());
        assertEquals("", sluice.out());
        assertEquals(List.of(), sluice.network.happened);
    }

    @Test
    void listsTheAlgorithmsWhenOneIsUnknown() {
        assertEquals(2, submit("integers --from 0 --to 5 --zeros 1 --algorithm SHA-257"));

        assertEquals(1, sluice.errLines().size());
        assertTrue(sluice.err().contains("unknown algorithm 'SHA-257'; this JDK knows "), sluice.err());
        assertTrue(sluice.err().contains(", SHA-256, SHA-256d, "), sluice.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    --to 4294967297 | --to is too large: 4294967297 is above 4294967296 = 2^32, for a nonce has 32 bits; --roll-version allows up to 2^48
                    --bits 01fedcba | --bits: the bits 01fedcba stand for a negative target
                    --bits ff123456 | --bits: the bits ff123456 stand for a target of more than 256 bits
                    --zeros 257 | --zeros must be 0 to 256, not 257: SHA-256d has only 256 bits
                    --bits 207fffff --mode all | this job expects about 2.1e+09 solutions and --mode all keeps at most 1,000,000: use a lower target, narrow the range or use --mode first
                    --bits 1d00ffff --zeros 3 | Error: --bits=HEX, --zeros=Z are mutually exclusive (specify only one)
                    """)
    void refusesWrongHeaderJobs(String arguments, String message) {
        assertEquals(2, submit("header " + HEADER + " " + arguments));

        assertEquals("sluice: " + message + "\n", sluice.err());
        assertEquals(List.of(), sluice.network.happened);
    }

    @ParameterizedTest
    @ValueSource(ints = {79, 81, 75, 0})
    void refusesHeadersOfOtherLengths(int bytes) {
        assertEquals(2, sluice.run("submit", "header", "00".repeat(bytes)));

        assertEquals(
                "sluice: a block header has 80 bytes (160 hex digits), or 76 (152) without its nonce, "
                        + "not " + bytes + " (" + 2 * bytes + ")\n",
                sluice.err());
    }

    @Test
    void refusesAHeaderThatIsRecognisedInAnotherOrder() {
        String words = HEADER.replaceAll("(..)(..)(..)(..)", "$4$3$2$1");

        assertEquals(2, submit("header " + words + " --json"));

        assertEquals(
                "sluice: the header seems to have each 4-byte word reversed, as in getwork's data and many miners' "
                        + "logs; as it is hashed it is " + HEADER + "\n",
                sluice.err());
        assertEquals("", sluice.out());
        assertEquals(List.of(), sluice.network.happened);
    }

    @Test
    void warnsInOneLineOfANonceThatWasNeverFound() {
        String warning = "sluice: the header's nonce 4294967295 does not meet the goal that its bits set; "
                + "is the header typed right?";

        for (String unsuspicious : List.of(HEADER, HEADER.substring(0, 152), HEADER.substring(0, 152) + "00000000")) {
            submit("header " + unsuspicious + " --to 10");
            assertFalse(sluice.err().contains("typed right"), sluice.err());
        }

        assertEquals(1, submit("header " + HEADER.substring(0, 152) + "ffffffff --to 10"));
        assertEquals(1, sluice.err().lines().filter(warning::equals).count(), sluice.err());
    }

    @Test
    void asksWhatToSearch() {
        assertEquals(2, submit(""));
        assertEquals("sluice: say what to search: integers, header or bitcoin\n", sluice.err());
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void exitsAsTheJobEnded(Outcome outcome) {
        sluice.network.runner.answers = spec -> FakeRunner.ended(spec, outcome, List.of());

        int status = submit("integers --from 0 --to 5 --zeros 1");

        assertEquals(switch (outcome) {
            case FOUND -> 0;
            case EXHAUSTED -> 1;
            case FAILED -> 3;
            case CANCELLED, EXPIRED -> 4;
        }, status);
    }

    @Test
    void printsOneJsonDocumentAndNothingElse() {
        Bytes digest = Bytes.fromHex("ab".repeat(32));
        sluice.network.runner.answers = spec -> FakeRunner.ended(
                new JobSpec(new JobId("anna.j"), spec.range(), spec.work(), spec.goal(), spec.mode(), spec.fanOut()),
                Outcome.FOUND, List.of(new Solution(3, digest, new PeerId("oak.00000001"))));
        sluice.network.runner.whileRunning = () -> sluice.network.runner.observer.orElseThrow()
                .noticed(new Notice.PeerDied(new PeerId("elm.00000002")));

        assertEquals(0, submit("integers --from 0 --to 10 --zeros 1 --json"));

        assertEquals("{\"job\":\"anna.j\",\"status\":\"FOUND\",\"solutions\":[{\"integer\":3,\"digest\":\"" + digest
                + "\",\"peer\":\"oak.00000001\"}],\"range\":{\"start\":0,\"end\":10},\"hashes\":10,\"overlapHashes\":0,"
                + "\"gaps\":[],\"elapsedSeconds\":2.000,\"hashesPerSecond\":5,\"peers\":[]}\n", sluice.out());
        assertEquals("starting a network with 2 workers", sluice.errLines().getFirst());
        assertTrue(sluice.errLines()
                .get(1)
                .endsWith(": SHA-256 of integers in [0, 10) for 1 trailing zero bit, "
                        + "the first solution"),
                sluice.err());
        assertEquals("elm.00000002 does not answer; others do what it has not reported", sluice.errLines().get(2));
    }

    @Test
    void printsTextForPeople() {
        assertEquals(1, submit("integers --from 0 --to 10 --zeros 1"));
        assertEquals("EXHAUSTED: there is no solution in [0, 10)\n10 hashes in 2.0 s, 5 H/s\n", sluice.out());
    }

    @Test
    void isQuietWhenToldSo() {
        sluice.network.runner.whileRunning = () -> {
            JobRunner.Observer observer = sluice.network.runner.observer.orElseThrow();
            observer.progressed(new Progress(10, 5, 0, 1, Duration.ofSeconds(1)));
            observer.noticed(new Notice.NoWorkers(new JobId("anna.j")));
        };

        assertEquals(1, submit("integers --from 0 --to 10 --zeros 1 --quiet"));

        assertEquals("", sluice.err());
    }

    @Test
    void saysThatTheNetworkIsAwayAndThatItIsBack() {
        sluice.network.runner.whileRunning = () -> {
            JobRunner.Observer observer = sluice.network.runner.observer.orElseThrow();
            observer.connected(false);
            observer.connected(true);
        };

        submit("integers --from 0 --to 10 --zeros 1");

        List<String> said = sluice.errLines();
        assertEquals(List.of("the network does not answer; its workers hash on, and what they find waits until it does",
                "the network answers again"), said.subList(said.size() - 2, said.size()));
    }

    @Test
    void tellsHowToAddWorkersWhenThereAreNone() {
        sluice.network.runner.whileRunning = () -> sluice.network.runner.observer.orElseThrow()
                .noticed(new Notice.NoWorkers(new JobId("anna.j")));

        submit("integers --from 0 --to 10 --zeros 1");

        assertEquals("there are no workers; the job waits for one: sluice worker --tracker localhost:4711",
                sluice.errLines().getLast());
    }

    @Test
    void cancelsTheJobOnCtrlCAndPrintsWhatThereIs() {
        sluice.network.runner.whileRunning = sluice.interrupts::interrupt;

        assertEquals(130, submit("integers --from 0 --to 10 --zeros 1 --json"));

        assertEquals(List.of("embedded", "start", "cancel", "close"), sluice.network.happened);
        assertTrue(sluice.out().contains("\"status\":\"CANCELLED\""), sluice.out());
        assertEquals("interrupted: cancelling the job at its peers", sluice.errLines().getLast());
        assertTrue(sluice.interrupts.closed);
    }

    @Test
    void takesDownANetworkThatIsInterruptedWhileItStarts() {
        sluice.network.whileStarting = () -> {
            sluice.interrupts.interrupt();
            // What waits for servers notices that.
            if (Thread.interrupted()) {
                throw new IllegalStateException("the start was interrupted");
            }
        };

        submit("integers --from 0 --to 10 --zeros 1");

        assertEquals("sluice: the start was interrupted", sluice.errLines().getLast());
        assertEquals(List.of("embedded"), sluice.network.happened);
        assertTrue(sluice.interrupts.closed);
    }

    @Test
    void cancelsTheJobAtOnceWhenTheInterruptCameTooLateForTheStart() {
        sluice.network.whileStarting = sluice.interrupts::interrupt;

        assertEquals(130, submit("integers --from 0 --to 10 --zeros 1"));

        assertEquals(List.of("embedded", "start", "cancel", "close"), sluice.network.happened);
        assertFalse(Thread.interrupted());
    }

    @Test
    void takesTheTrackerFromTheEnvironment() {
        sluice.environment.put("SLUICE_TRACKER", "far:99");

        submit("integers --from 0 --to 10 --zeros 1");
        submit("integers --from 0 --to 10 --zeros 1 --tracker near:1");

        assertEquals(List.of("connect far:99", "connect near:1"),
                sluice.network.happened.stream().filter(happened -> happened.startsWith("connect")).toList());
    }

    @Test
    void tellsOfATrackerThatDoesNotAnswerInOneLine() {
        sluice.network.failure = Optional.of(new IllegalStateException("no tracker answers at far:99"));

        assertEquals(3, submit("integers --from 0 --to 10 --zeros 1 --tracker far:99 --json"));

        assertEquals("sluice: no tracker answers at far:99\n", sluice.err());
        assertEquals("", sluice.out());
    }

    private int submit(String arguments) {
        return sluice.run(("submit " + arguments).strip().split(" "));
    }
}
