package org.sluice.submitter.report;

import java.util.ArrayList;
import java.util.List;

import org.sluice.schemas.codec.Printable;

/** Rows of text under headings, each column as wide as its widest cell. */
public final class Table {
    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows. */
    public Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** A column whose cells begin on one line. */
    public static Column left(String heading) {
        return new Column(heading, false);
    }

    /** A column whose cells end on one line, for numbers. */
    public static Column right(String heading) {
        return new Column(heading, true);
    }

    /** Adds a row, one cell for each column. */
    public void add(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(columns.size() + " columns need as many cells, not " + cells.size());
        }
        // Here already, because what is escaped gets wider.
        rows.add(cells.stream().map(Printable::line).toList());
    }

    /** The headings and all rows, a line each, without blanks at their ends. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(columns.stream().map(Column::heading).toList()));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String padding = " ".repeat(width(i) - cells.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(columns.get(i).numeric() ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = columns.get(column).heading().length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    /**
     * A column.
     *
     * @param heading what stands above it
     * @param numeric whether its cells are aligned at their ends
     */
    public record Column(String heading, boolean numeric) {}
}
