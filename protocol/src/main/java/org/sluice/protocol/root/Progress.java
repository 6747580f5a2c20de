package org.sluice.protocol.root;

import java.time.Duration;

/**
 * How far a job is, as its root knows.
 *
 * @param total how many integers the job's range holds
 * @param covered how many of them are proven hashed
 * @param solutions how many solutions are verified
 * @param livePeers how many workers are alive
 * @param elapsed since the job began
 */
public record Progress(long total, long covered, long solutions, int livePeers, Duration elapsed) {}
