package org.sluice.submitter.bitcoin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.sluice.protocol.value.Bytes;

/**
 * An order in which people paste the bytes of a block header, other than that in which they are hashed.
 *
 * <p>Miners, pools and explorers show each field as it is hashed, or as a number or hash is displayed (its bytes reversed), or
 * as the 32-bit words that SHA-256 works on (the bytes of each word reversed), or as those words from the last to the first.
 * A header is recognised by trying all of that for every field, each way once: if its nonce then meets the goal that the
 * header sets itself, it is in that order, for by chance not one in a thousand would.
 */
public final class HeaderOrder {
    /** What getwork's data is: every 32-bit word in the order of big-endian machines. */
    public static final HeaderOrder WORDS = new HeaderOrder(List.of(Form.DISPLAYED, Form.WORDS, Form.WORDS,
            Form.DISPLAYED, Form.DISPLAYED, Form.DISPLAYED));

    private static final HeaderOrder DISPLAYED = new HeaderOrder(
            IntStream.range(0, Field.values().length).mapToObj(_ -> Form.DISPLAYED).toList());
    /** With an easier target, one of the many orders may meet it by chance. */
    private static final int EASIEST_TARGET_BITS = 256 - 20;

    private final List<Form> forms;

    private HeaderOrder(List<Form> forms) {
        this.forms = List.copyOf(forms);
    }

    private enum Field {
        VERSION("version", 4), PREVIOUS_BLOCK("previous hash", 32), MERKLE_ROOT("merkle root", 32), TIME("time",
                4), BITS("bits", 4), NONCE("nonce", 4);

        final String words;
        final int length;

        Field(String words, int length) {
            this.words = words;
            this.length = length;
        }

        /** Of a single word, all but the first two forms are these again. */
        List<Form> forms() {
            return Arrays.asList(Form.values()).subList(0, length == Integer.BYTES ? 2 : Form.values().length);
        }
    }

    /** How a field is shown; each form, applied once more, takes back itself. */
    private enum Form {
        AS_HASHED("as it is hashed"), DISPLAYED("in display order"), WORDS(
                "with each 4-byte word reversed"), WORDS_REVERSED("with its 4-byte words in opposite order");

        final String words;

        Form(String words) {
            this.words = words;
        }

        /** Where the byte comes from that belongs at an index of a field. */
        int source(int index, int length) {
            int inWord = index % Integer.BYTES;
            return switch (this) {
                case AS_HASHED -> index;
                case DISPLAYED -> length - 1 - index;
                case WORDS -> index - inWord + Integer.BYTES - 1 - inWord;
                case WORDS_REVERSED -> length - Integer.BYTES - (index - inWord) + inWord;
            };
        }
    }

    /**
     * Finds out in which order a header is.
     *
     * @param header 80 bytes
     * @return empty if its nonce meets its own goal as it is, or in no order, or if that goal is too easy to tell
     */
    public static Optional<HeaderOrder> of(Bytes header) {
        if (BlockHeader.parse(header).meetsItsGoal()) {
            return Optional.empty();
        }
        Map<Bytes, HeaderOrder> tried = new LinkedHashMap<>();
        all().forEach(order -> tried.putIfAbsent(order.asHashed(header), order));
        return tried.entrySet()
                .stream()
                .filter(one -> isMined(BlockHeader.parse(one.getKey())))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Those that have a name first, then those in which fewer fields are changed. */
    private static List<HeaderOrder> all() {
        List<List<Form>> orders = List.of(List.of());
        for (Field field : Field.values()) {
            List<List<Form>> longer = new ArrayList<>();
            for (List<Form> begun : orders) {
                for (Form form : field.forms()) {
                    List<Form> forms = new ArrayList<>(begun);
                    forms.add(form);
                    longer.add(forms);
                }
            }
            orders = longer;
        }
        List<HeaderOrder> all = new ArrayList<>(List.of(WORDS, DISPLAYED));
        orders.stream()
                .map(HeaderOrder::new)
                .sorted(Comparator.comparingLong(HeaderOrder::changedFields))
                .forEach(all::add);
        return all;
    }

    private long changedFields() {
        return forms.stream().filter(form -> form != Form.AS_HASHED).count();
    }

    private static boolean isMined(BlockHeader header) {
        try {
            return header.target().target().bitLength() <= EASIEST_TARGET_BITS && header.meetsItsGoal();
        } catch (InvalidTargetException e) {
            return false;
        }
    }

    /**
     * The header as it is hashed.
     *
     * @param shown 80 bytes in this order
     */
    public Bytes asHashed(Bytes shown) {
        byte[] from = shown.toArray();
        byte[] to = new byte[BlockHeader.LENGTH];
        int begin = 0;
        for (Field field : Field.values()) {
            Form form = forms.get(field.ordinal());
            for (int i = 0; i < field.length; i++) {
                to[begin + i] = from[begin + form.source(i, field.length)];
            }
            begin += field.length;
        }
        return Bytes.of(to);
    }

    /** What is different, as {@code the previous hash and the merkle root in display order}. */
    public String inWords() {
        if (forms.equals(WORDS.forms)) {
            return "each 4-byte word reversed, as in getwork's data and many miners' logs";
        }
        if (forms.equals(DISPLAYED.forms)) {
            return "every field reversed, as explorers display them";
        }
        return Arrays.stream(Form.values())
                .filter(form -> form != Form.AS_HASHED && forms.contains(form))
                .map(form -> fields(form) + " " + form.words)
                .collect(Collectors.joining("; "));
    }

    private String fields(Form form) {
        List<String> fields = Arrays.stream(Field.values())
                .filter(field -> forms.get(field.ordinal()) == form)
                .map(field -> "the " + field.words)
                .toList();
        String butLast = String.join(", ", fields.subList(0, fields.size() - 1));
        return (butLast.isEmpty() ? "" : butLast + " and ") + fields.getLast();
    }
}
