package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as an SVG document, readable on light and on dark ground.
 *
 * <p>Text and grid take their colours from the viewer's preference; the lines' colours have enough contrast on both.
 */
final class Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;
    private static final int LEFT = 76;
    private static final int RIGHT = 20;
    private static final int TOP = 44;
    private static final int BOTTOM = 56;
    private static final int LEGEND_LINE = 18;
    private static final List<String> COLOURS = List.of("#2f81f7", "#d9730d", "#2da44e", "#bf5af2", "#e5484d",
            "#0f9b9b",
            "#a0812a", "#8b8f98");

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Line> lines = new ArrayList<>();

    Chart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /**
     * An axis.
     *
     * @param label what it shows, with the unit
     * @param isLogarithmic whether equal distances are equal factors
     * @param least where it begins
     * @param most where it ends
     */
    record Axis(String label, boolean isLogarithmic, double least, double most) {
        Axis {
            if (!(least < most) || (isLogarithmic && least <= 0)) {
                throw new IllegalArgumentException("an axis cannot go from " + least + " to " + most);
            }
        }

        /** Where a value lies, 0 at the beginning and 1 at the end. */
        double place(double value) {
            return isLogarithmic
                    ? Math.log(value / least) / Math.log(most / least)
                    : (value - least) / (most - least);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (isLogarithmic) {
                for (double decade = Math.pow(10, Math.floor(Math.log10(least))); decade <= most; decade *= 10) {
                    for (int factor : most / least > 1e3 ? new int[]{1} : new int[]{1, 2, 5}) {
                        addTick(ticks, decade * factor);
                    }
                }
                return ticks;
            }
            double rough = (most - least) / 6;
            double decade = Math.pow(10, Math.floor(Math.log10(rough)));
            double step = decade
                    * (rough / decade < 1.5 ? 1 : rough / decade < 3.5 ? 2 : rough / decade < 7.5 ? 5 : 10);
            for (long i = (long) Math.ceil(least / step - 1e-9); i * step <= most * (1 + 1e-9); i++) {
                addTick(ticks, i * step);
            }
            return ticks;
        }

        private void addTick(List<Double> ticks, double value) {
            if (value >= least * (1 - 1e-9) && value <= most * (1 + 1e-9)) {
                ticks.add(value);
            }
        }
    }

    record Point(double x, double y) {}

    private record Line(String name, List<Point> points, boolean isDashed) {}

    /** Adds a line through points, in the order in which they are given. */
    Chart line(String name, List<Point> points) {
        lines.add(new Line(name, List.copyOf(points), false));
        return this;
    }

    /** Adds a dashed line, for what others are compared with. */
    Chart reference(String name, List<Point> points) {
        lines.add(new Line(name, List.copyOf(points), true));
        return this;
    }

    /** The document. */
    String svg() {
        int height = HEIGHT + LEGEND_LINE * lines.size();
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" \
                font-family="system-ui, sans-serif" font-size="13">
                <title>%s</title>
                <style>
                text { fill: #24292f } .grid { stroke: #d0d7de } .frame { stroke: #57606a; fill: none }
                .line { fill: none; stroke-width: 2; stroke-linejoin: round } .dashed { stroke-dasharray: 6 4 }
                @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 } .grid { stroke: #30363d } .frame { stroke: #8b949e }
                }
                </style>
                """, WIDTH, height, WIDTH, height, escaped(title)));
        text(svg, WIDTH / 2.0, 24, "middle", "font-size=\"16\" font-weight=\"600\"", title);
        grid(svg);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), HEIGHT + LEGEND_LINE * i + 4);
        }
        return svg.append("</svg>\n").toString();
    }

    private double across(double value) {
        return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void grid(StringBuilder svg) {
        for (double tick : x.ticks()) {
            segment(svg, across(tick), TOP, across(tick), HEIGHT - BOTTOM);
            text(svg, across(tick), HEIGHT - BOTTOM + 18, "middle", "", number(tick));
        }
        for (double tick : y.ticks()) {
            segment(svg, LEFT, down(tick), WIDTH - RIGHT, down(tick));
            text(svg, LEFT - 8, down(tick) + 4, "end", "", number(tick));
        }
        svg.append(String.format(Locale.ROOT, "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>%n",
                LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM));
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "middle", "", x.label);
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        text(svg, 18, middle, "middle", String.format(Locale.ROOT, "transform=\"rotate(-90 18 %.1f)\"", middle),
                y.label);
    }

    private static void segment(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String attributes, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n", x, y,
                anchor, attributes, escaped(text)));
    }

    private void draw(StringBuilder svg, Line line, String colour, double legend) {
        String style = line.isDashed ? "line dashed" : "line";
        StringBuilder path = new StringBuilder();
        for (Point point : line.points) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(point.x), down(clamped(point.y))));
        }
        svg.append(String.format("<polyline class=\"%s\" stroke=\"%s\" points=\"%s\"/>%n", style, colour,
                path.toString().strip()));
        if (!line.isDashed && line.points.size() <= 40) {
            for (Point point : line.points) {
                svg.append(
                        String.format(Locale.ROOT, "<circle fill=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>%n", colour,
                                across(point.x), down(clamped(point.y))));
            }
        }
        svg.append(String.format(Locale.ROOT,
                "<line class=\"%s\" stroke=\"%s\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n", style, colour, LEFT,
                legend, LEFT + 30, legend));
        text(svg, LEFT + 40, legend + 4, "start", "", line.name);
    }

    private double clamped(double value) {
        return Math.clamp(value, y.least, y.most);
    }

    private static String number(double value) {
        if (value != 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        if (Math.abs(value - Math.rint(value)) < 1e-9) {
            return String.format(Locale.ROOT, "%,d", (long) Math.rint(value));
        }
        return String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
