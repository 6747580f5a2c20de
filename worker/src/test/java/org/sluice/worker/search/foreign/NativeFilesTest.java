package org.sluice.worker.search.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Where the native library is found, and that no other file is taken for it. */
class NativeFilesTest {
    @TempDir
    private Path folder;
    private Path jar;
    private Path ours;
    private Path other;
    private Path built;

    @BeforeEach
    void findTheLibraryOfTheBuild() throws IOException {
        jar = Files.createFile(Files.createDirectory(folder.resolve("lib")).resolve("sluice.jar"));
        ours = folder.resolve("cache").resolve("native");
        other = folder.resolve("temporary");
        Optional<Path> library = NativeFiles.ofThisProcess().library();
        assumeTrue(library.isPresent(), "there are no native kernels for this machine");
        built = library.get();
    }

    @Test
    void isTakenFromBesideTheJar() throws IOException {
        Path beside = copyBesideTheJar();

        assertEquals(Optional.of(beside), files().library());
        assertTrue(Files.notExists(ours));
    }

    @Test
    void isExtractedFromABareJarOnce() throws IOException {
        Path extracted = files().library().orElseThrow();

        assertEquals(ours, extracted.getParent());
        assertArrayEquals(Files.readAllBytes(built), Files.readAllBytes(extracted));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(ours)));
        assertEquals(Optional.of(extracted), files().library());
        assertEquals(List.of(extracted), list(ours));
    }

    @Test
    void anotherFileBesideTheJarIsNotTakenForIt() throws IOException {
        Files.writeString(copyBesideTheJar(), "another");

        assertEquals(ours, files().library().orElseThrow().getParent());
    }

    @Test
    void anExtractedFileThatWasDamagedIsReplaced() throws IOException {
        Path extracted = files().library().orElseThrow();
        Files.writeString(extracted, "damaged");

        assertEquals(Optional.of(extracted), files().library());
        assertArrayEquals(Files.readAllBytes(built), Files.readAllBytes(extracted));
    }

    @Test
    void aFolderThatOthersMayWriteIsNotUsed() throws IOException {
        Files.createDirectories(ours);
        Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertEquals(other, files().library().orElseThrow().getParent());
    }

    @Test
    void aLinkToAFolderIsNotUsed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createDirectories(ours.resolveSibling(""));
        Files.createSymbolicLink(ours, elsewhere);

        assertEquals(other, files().library().orElseThrow().getParent());
    }

    @Test
    void aFolderInOneThatOthersMayWriteIsNotUsed() throws IOException {
        Files.createDirectories(ours);
        Files.setPosixFilePermissions(ours.resolveSibling(""), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertEquals(other, files().library().orElseThrow().getParent());
    }

    @Test
    void whereNothingCanBeWrittenThereIsNone() throws IOException {
        Files.writeString(other, "no folder");
        Files.createFile(folder.resolve("cache"));

        assertThrows(IOException.class, files()::library);
    }

    private NativeFiles files() {
        return new NativeFiles(jar, List.of(ours, other));
    }

    private Path copyBesideTheJar() throws IOException {
        Path beside = jar.resolveSibling("native").resolve(NativeFiles.platform()).resolve(built.getFileName());
        Files.createDirectories(beside.getParent());
        return Files.copy(built, beside);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
