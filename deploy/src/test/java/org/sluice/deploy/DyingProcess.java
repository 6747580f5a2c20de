package org.sluice.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.sluice.deploy.failure.ThreadDeaths;
import org.sluice.schemas.kafka.VitalThread;

/** A process of which a test has one thread or another die; it would go on for ever. */
public final class DyingProcess {
    private DyingProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler(new ThreadDeaths());
        Runnable dies = () -> {
            throw new IllegalStateException("nothing\nmore");
        };
        CountDownLatch forEver = new CountDownLatch(1);
        switch (arguments[0]) {
            case "vital" -> new VitalThread("sluice-test", dies).start();
            case "vital with a hook that hangs" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        forEver.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                new VitalThread("sluice-test", dies).start();
            }
            case "memory" -> {
                List<byte[]> hoard = new ArrayList<>();
                while (hoard.size() < Integer.MAX_VALUE) {
                    hoard.add(new byte[1 << 20]);
                }
            }
            default -> {
                Thread other = Thread.ofPlatform().name("other").start(dies);
                other.join();
                System.exit(0);
            }
        }
        forEver.await();
    }
}
