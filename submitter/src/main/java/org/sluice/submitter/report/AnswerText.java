package org.sluice.submitter.report;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;

import static org.sluice.submitter.report.Table.left;
import static org.sluice.submitter.report.Table.right;

/** An answer as people read it: how the job ended, its solutions, who hashed how much, what was left out. */
public final class AnswerText {
    private static final int MOST_SOLUTIONS = 20;
    private static final int MOST_GAPS = 5;

    private AnswerText() {}

    /** The lines of the text. */
    public static List<String> lines(Answer answer) {
        List<String> lines = new ArrayList<>();
        lines.add(headline(answer));
        lines.add(effort(answer));
        if (!answer.solutions().isEmpty()) {
            lines.add("");
            solutions(answer).lines().forEach(line -> lines.add("  " + line));
            int more = answer.solutions().size() - MOST_SOLUTIONS;
            if (more > 0) {
                lines.add("  and " + Quantity.count(more) + " more, see --json");
            }
        }
        if (!answer.shares().isEmpty()) {
            lines.add("");
            peers(answer).lines().forEach(line -> lines.add("  " + line));
        }
        if (!answer.gaps().isEmpty()) {
            lines.add("");
            lines.add(gaps(answer));
        }
        return lines;
    }

    private static String headline(Answer answer) {
        String in = " in " + answer.job().range();
        String solutions = Quantity.count(answer.solutions().size(), "solution");
        return switch (answer.outcome()) {
            case FOUND -> "FOUND " + solutions + in;
            case EXHAUSTED -> "EXHAUSTED: there is no solution" + in;
            case CANCELLED -> "CANCELLED with " + solutions + " so far" + in;
            case EXPIRED -> "EXPIRED: the time is up, with " + solutions + " so far" + in;
            case FAILED -> "FAILED: the job could not go on, with " + solutions + " so far" + in;
        };
    }

    private static String effort(Answer answer) {
        String effort = Quantity.count(answer.hashes())
                + (answer.hashes().equals(BigInteger.ONE) ? " hash in " : " hashes in ")
                + Quantity.duration(answer.elapsed()) + ", "
                + Quantity.rate(AnswerJson.hashesPerSecond(answer).doubleValue());
        if (answer.overlapHashes().equals(BigInteger.ZERO)) {
            return effort;
        }
        return effort + " (" + Quantity.count(answer.overlapHashes()) + " hashed twice)";
    }

    private static Table solutions(Answer answer) {
        Table table = switch (answer.job().work()) {
            case Work.Integers _ -> new Table(right("integer"), left("digest"), left("found by"));
            case Work.Header header -> header.rollVersion()
                    ? new Table(right("nonce"), left("version"), left("block hash"), left("found by"))
                    : new Table(right("nonce"), left("block hash"), left("found by"));
            case Work.Block _ -> new Table(right("extranonce"), right("nonce"), left("version"), left("block hash"),
                    left("found by"));
        };
        answer.solutions()
                .stream()
                .limit(MOST_SOLUTIONS)
                .forEach(solution -> table.add(cells(solution, answer.job().work())));
        return table;
    }

    private static List<String> cells(Solution solution, Work work) {
        String peer = solution.peer().value();
        return switch (work) {
            case Work.Integers _ -> List.of(Long.toString(solution.integer()), solution.digest().toHex(), peer);
            case Work.Header header -> {
                String hash = solution.digest().reversed().toHex();
                if (!header.rollVersion()) {
                    yield List.of(Long.toString(solution.integer()), hash, peer);
                }
                BlockHeader found = BlockHeader.of(header, solution.integer());
                yield List.of(Long.toString(found.nonce()), version(found), hash, peer);
            }
            case Work.Block block -> {
                long integer = solution.integer();
                BlockHeader found = BlockHeader.of(block.piece(integer), block.inPiece(integer));
                yield List.of(Long.toString(block.space().extranonce(integer)), Long.toString(found.nonce()),
                        version(found), solution.digest().reversed().toHex(), peer);
            }
        };
    }

    private static String version(BlockHeader header) {
        return String.format("%08x", header.version());
    }

    private static Table peers(Answer answer) {
        Table table = new Table(left("peer"), right("hashes"), right("share"), left(""));
        for (Answer.Share share : answer.shares()) {
            table.add(List.of(share.peer().value(), Quantity.count(share.hashes()),
                    String.format(Locale.ROOT, "%.1f%%", 100 * share.share()), share.alive() ? "" : "gone"));
        }
        return table;
    }

    private static String gaps(Answer answer) {
        List<Range> gaps = answer.gaps().ranges();
        String first = gaps.stream().limit(MOST_GAPS).map(Range::toString).collect(Collectors.joining(", "));
        String why = answer.job().mode() == Mode.FIRST && !answer.solutions().isEmpty()
                ? "Left unsearched, for one solution is enough: "
                : "Not searched: ";
        return why + Quantity.count(answer.gaps().size(), "integer") + " in " + first
                + (gaps.size() > MOST_GAPS
                        ? " and " + Quantity.count(gaps.size() - MOST_GAPS, "more range") + ", see --json"
                        : "");
    }
}
