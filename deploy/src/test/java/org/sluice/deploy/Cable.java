package org.sluice.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What lies between some process and servers on this machine, and can be cut: then nothing gets through in either direction,
 * and nobody is told, as when a cable is pulled. What was under way arrives when it is mended, as TCP would send it again.
 *
 * <p>Each server is found at its own port of {@link #HOST}, an address of the loopback interface that nobody else uses.
 */
final class Cable implements AutoCloseable {
    /** Where the servers are found by who goes through a cable. */
    static final String HOST = "127.0.0.2";

    private static final int BUFFER_BYTES = 8_192;

    private final List<ServerSocket> entrances = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition whole = lock.newCondition();
    private boolean cut;

    private Cable() {}

    /** A cable that leads nowhere. */
    static Cable none() {
        return new Cable();
    }

    /** Leads to the given ports of this machine. */
    static Cable to(Collection<Integer> ports) throws IOException {
        Cable cable = new Cable();
        try {
            for (int port : ports) {
                ServerSocket entrance = new ServerSocket();
                cable.entrances.add(entrance);
                entrance.bind(new InetSocketAddress(HOST, port));
                Thread.ofVirtual().start(() -> cable.accept(entrance, port));
            }
            return cable;
        } catch (IOException e) {
            cable.close();
            throw e;
        }
    }

    /** Lets nothing through any more. */
    void cut() {
        set(true);
    }

    /** Lets through what comes, and what has been held up. */
    void mend() {
        set(false);
    }

    private void set(boolean now) {
        lock.lock();
        try {
            cut = now;
            whole.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhole() {
        lock.lock();
        try {
            while (cut) {
                whole.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept(ServerSocket entrance, int port) {
        try {
            while (true) {
                Socket client = entrance.accept();
                Thread.ofVirtual().start(() -> connect(client, port));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void connect(Socket client, int port) {
        sockets.add(client);
        awaitWhole();
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(server);
            Thread.ofVirtual().start(() -> carry(server, client));
            carry(client, server);
        } catch (IOException e) {
            close(client); // The server is not there.
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitWhole();
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // One side has gone, and the other hears of it.
        }
        awaitWhole();
        close(from);
        close(to);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        mend();
        for (ServerSocket entrance : entrances) {
            try {
                entrance.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        sockets.forEach(this::close);
    }
}
