package org.sluice.protocol.value;

/**
 * A job's identity, {@code OWNER.JOB}, and the address of its root: who may end the job stands in its id (decision 0030).
 *
 * <p>A job that is one of many which follow each other, a <em>template</em> of a campaign, has a number besides, {@code OWNER.JOB.7}. What all of
 * them share, topics and record, has the id without the number (decision 0036).
 *
 * @param value two {@linkplain Identifier names} with a point between them, and perhaps another point and a number from 1 to
 *     {@value #MAX_NUMBER}
 */
public record JobId(String value) implements Address, Comparable<JobId> {
    /** Highest number of a template. */
    public static final int MAX_NUMBER = 999_999_999;

    public JobId {
        int point = Identifier.point(value);
        int second = value.indexOf('.', point + 1);
        String name = value.substring(point + 1, second < 0 ? value.length() : second);
        if (point < 0 || !Identifier.isName(name) || (second >= 0 && !isNumber(value, second + 1))) {
            throw new IllegalArgumentException("a job id is its owner's name, a point, and the job's name, each 1 to "
                    + Identifier.MAX_NAME + " of a-z, 0-9 and -, not '" + value + "'");
        }
    }

    /** Without leading zeros, so that no two ids mean the same. */
    private static boolean isNumber(String text, int from) {
        int digits = text.length() - from;
        return digits >= 1 && digits <= 9 && text.charAt(from) != '0'
                && text.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
    }

    /** The name of who has submitted it. */
    public String owner() {
        return value.substring(0, value.indexOf('.'));
    }

    /** Its name among the jobs of its owner; that of its campaign if it is a template. */
    public String name() {
        int point = second();
        return value.substring(value.indexOf('.') + 1, point < 0 ? value.length() : point);
    }

    /** Whether it is one of a campaign's templates. */
    public boolean isTemplate() {
        return second() >= 0;
    }

    /** Its number if it is one of a campaign's templates, else 0. */
    public int number() {
        int point = second();
        return point < 0 ? 0 : Integer.parseInt(value, point + 1, value.length(), 10);
    }

    /** What its topics and its record are called by: the campaign of which it is a template, or itself. */
    public JobId campaign() {
        int point = second();
        return point < 0 ? this : new JobId(value.substring(0, point));
    }

    /** The template of this number in this campaign. */
    public JobId template(int number) {
        Limits.check("a template's number", number, 1, MAX_NUMBER);
        return new JobId(campaign().value + "." + number);
    }

    /** Whether the other is a template of the same campaign. */
    public boolean isBeside(JobId other) {
        return isTemplate() && other.isTemplate() && !equals(other) && campaign().equals(other.campaign());
    }

    /** Whether it is a later template of the other's campaign: whoever works for it does not work for the other any more. */
    public boolean replaces(JobId other) {
        return isBeside(other) && number() > other.number();
    }

    private int second() {
        return value.indexOf('.', value.indexOf('.') + 1);
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    // Looked up all the time: the text remembers its hash code, a record does not.

    @Override
    public boolean equals(Object other) {
        return other instanceof JobId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
