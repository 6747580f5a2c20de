package org.sluice.deploy.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.jspecify.annotations.Nullable;

/** The registry's file: JSON, replaced as a whole, so that a crash leaves either the old or the new content. */
record StoreFile(Path path) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    StoreFile {
        path = path.toAbsolutePath();
    }

    /** What the file holds; an empty registry when there is none yet. */
    StoreContent read() {
        if (!Files.exists(path)) {
            return StoreContent.EMPTY;
        }
        try {
            StoreContent content = JSON.readValue(path.toFile(), StoreContent.class);
            if (content == null) {
                throw damaged("it says nothing", null);
            }
            return content;
        } catch (JacksonException e) {
            throw damaged(e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("The registry's file " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private UncheckedIOException damaged(String what, @Nullable Exception cause) {
        return new UncheckedIOException("The registry's file " + path + " is damaged: " + what
                + "; restore it, or move it away, and the schemas are registered anew", new IOException(what, cause));
    }

    /** Returns when the content is on disk. */
    void write(StoreContent content) {
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(content));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            // The new name is on disk only with its folder.
            try (FileChannel folder = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The registry's file " + path + " cannot be written: " + e.getMessage(), e);
        }
    }
}
