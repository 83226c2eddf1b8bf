#!/usr/bin/env python3
"""peers.py CASE [ARG...] - both ends of TCP connections that do one thing on purpose.

Every end is a process of its own. It keeps its own account of what the application
moved and tells it on stdout, one line per end, fields divided by tabs:

    live   cookie=17  lport=4000  pid=312  bytes_in=5 ...    the last row before the end
    close  cookie=17  state=LAST_ACK  error= ...             the last row of all
    note   name=value ...                                    for the test itself

Names are those of the collector's columns, so that a line says what a row has to say.
`a|b` allows either, `>n` is more than n.

Where a case stops to be looked at, "ready" is written and a line on stdin goes on.
"""
import array
import ctypes
import errno
import fcntl
import http.client
import os
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time

# Linux numbers that Python's socket module does not name.
SO_COOKIE = 57
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
SKF_AD_RANDOM = 0xFFFFF000 + 56
MSG_FASTOPEN = 0x20000000
TCPI_OPT_SYN_DATA = 32
CHUNK = bytes(1 << 20)

CASES = {}
READY = GO = -1  # this role's ends of the pipes to the stage manager
SEEN = {}        # what roles tell each other: name -> pipe


def case(function):
    CASES[function.__name__] = function
    return function


# --- roles and stages -----------------------------------------------------------------


def say(kind, **fields):
    """One line in one write: roles share stdout."""
    text = "\t".join([kind] + [f"{k}={v}" for k, v in fields.items()])
    os.write(1, text.encode() + b"\n")


def whisper(name, value):
    """Let another role know a number."""
    os.write(SEEN[name][1], struct.pack("=q", value))


def hear(name):
    data = os.read(SEEN[name][0], 8)
    if len(data) < 8:
        raise RuntimeError(f"nobody said {name}")
    return struct.unpack("=q", data)[0]


def pause():
    """Wait, with all other roles, until the test has looked."""
    os.write(READY, b".")
    if os.read(GO, 1) != b".":
        sys.exit("peers.py: the test went away")


def run_role(role, ready, go):
    global READY, GO
    # No role outlives the stage manager.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    READY, GO = ready[1], go[0]
    os.close(go[1])
    role()


def perform(*roles):
    """Run each role in a process, all of them from pause to pause together."""
    staff = []
    for role in roles:
        ready, go = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                run_role(role, ready, go)
            except BaseException as e:  # pylint: disable=broad-except
                if not isinstance(e, SystemExit) or e.code:
                    print(f"peers.py: {role.__name__}: {e!r}", file=sys.stderr)
                    os._exit(1)
            os._exit(0)
        os.close(ready[1])
        os.close(go[0])
        staff.append((pid, ready[0], go[1]))
    while all([os.read(ready, 1) for _, ready, _ in staff]):
        os.write(1, b"ready\n")
        if not sys.stdin.readline():
            sys.exit("peers.py: the test went away")
        for _, _, go in staff:
            os.write(go, b".")
    for pid, _, go in staff:
        os.close(go)
        if os.waitpid(pid, 0)[1] != 0:
            sys.exit(1)


# --- one end --------------------------------------------------------------------------


def comm():
    with open("/proc/self/comm", "rb") as f:
        return escape(f.read()[:-1])


def escape(name):
    """A name as the stream writes it, by the words of tcptop(5)."""
    out = ""
    for c in name.decode("utf-8", "surrogateescape"):
        raw = c.encode("utf-8", "surrogateescape")
        control = ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0
        hidden = control or c == "\\" or 0xDC80 <= ord(c) <= 0xDCFF
        out += "".join(f"\\x{b:02x}" for b in raw) if hidden else c
    return out


def shown(address):
    return address[7:] if address.startswith("::ffff:") else address


class End:
    """One end of a connection and the account of its application."""

    def __init__(self, sock):
        self.sock = sock
        self.bytes_in = self.bytes_out = 0
        self.cookie = struct.unpack("=Q", sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))
        self.names = {"cookie": self.cookie[0]}
        self.note_names()

    def note_names(self):
        laddr, lport = self.sock.getsockname()[:2]
        self.names.update(laddr=shown(laddr), lport=lport)
        try:
            raddr, rport = self.sock.getpeername()[:2]
            self.names.update(raddr=shown(raddr), rport=rport)
        except OSError:
            pass

    def send(self, n):
        while n > 0:
            sent = self.sock.send(CHUNK[:n] if n < len(CHUNK) else CHUNK)
            self.bytes_out += sent
            n -= sent

    def recv(self, n):
        buf = bytearray(min(n, 1 << 20))
        while n > 0:
            got = self.sock.recv_into(buf, min(n, len(buf)))
            if got == 0:
                raise EOFError(f"{n} bytes short")
            self.bytes_in += got
            n -= got

    def recv_all(self):
        while True:
            got = len(self.sock.recv(1 << 20))
            if got == 0:
                return
            self.bytes_in += got

    def fill(self):
        """Send until the kernel takes no more."""
        self.sock.setblocking(False)
        try:
            while True:
                self.bytes_out += self.sock.send(CHUNK[:65536])
        except BlockingIOError:
            pass
        self.sock.setblocking(True)

    def unread(self):
        n = array.array("i", [0])
        fcntl.ioctl(self.sock, termios.FIONREAD, n)
        return n[0]

    def info(self, offset, form="=I"):
        raw = self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        return struct.unpack_from(form, raw, offset)[0]

    def retrans(self):
        return self.info(100)  # tcpi_total_retrans

    def tell(self, kind, **other):
        fields = dict(self.names, pid=os.getpid(), comm=comm(),
                      bytes_in=self.bytes_in, bytes_out=self.bytes_out)
        fields.update(other)
        say(kind, **{k: v for k, v in fields.items() if v is not None})

    def close(self, **expected):
        self.sock.close()
        self.tell("close", **dict({"error": ""}, **expected))


def idle(*ends, **expected):
    for end in ends:
        end.tell("live", **expected)
    pause()


def close_first(end):
    end.close(state="FIN_WAIT2")


def close_second(end):
    end.recv_all()
    end.close(state="LAST_ACK")


# --- making connections ---------------------------------------------------------------


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def listen(host, tune=None, port=0):
    s = socket.socket(family(host))
    if host == "::":
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if tune:
        tune(s)
    s.bind((host, port))
    s.listen(128)
    return s


def two(client, server, host="127.0.0.1", bind="", tune=None):
    """A client and a server process and one connection between them."""
    SEEN["port"] = os.pipe()

    def server_role():
        listener = listen(bind or host, tune)
        whisper("port", listener.getsockname()[1])
        server(End(listener.accept()[0]))

    def client_role():
        s = socket.socket(family(host))
        s.connect((host, hear("port")))
        client(End(s))

    perform(client_role, server_role)


def dropping(share):
    """A socket filter that loses this share of what arrives, as a bad line would."""
    code = [(0x20, 0, 0, SKF_AD_RANDOM), (0x35, 1, 0, int(share * 0xFFFFFFFF)),
            (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF)]
    ops = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *c) for c in code))
    prog = struct.pack("@HP", len(code), ctypes.addressof(ops))
    return lambda s: s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, prog) or ops


# --- cases: moving bytes --------------------------------------------------------------


@case
def exchange(host, to_server, to_client, bind=""):
    """N bytes there, then M bytes back."""
    there, back = int(to_server), int(to_client)

    def client(end):
        end.send(there)
        end.recv(back)
        idle(end, state="ESTABLISHED")
        close_first(end)

    def server(end):
        end.recv(there)
        end.send(back)
        idle(end, state="ESTABLISHED")
        close_second(end)

    two(client, server, host, bind)


@case
def sendfile():
    """A file with sendfile(2), one way."""
    size = 30_000_001

    def client(end):
        end.recv(size)
        idle(end)
        close_first(end)

    def server(end):
        file = os.memfd_create("tcptop")
        os.truncate(file, size)
        while end.bytes_out < size:
            end.bytes_out += os.sendfile(end.sock.fileno(), file, end.bytes_out,
                                         size - end.bytes_out)
        idle(end)
        close_second(end)

    two(client, server)


@case
def splice():
    """splice(2) from a pipe into the socket, and out of the other into a pipe."""
    size = 10_000_001

    def client(end):
        r, w = os.pipe()
        while end.bytes_in < size:
            got = os.splice(end.sock.fileno(), w, 65536)
            end.bytes_in += got
            while got > 0:
                got -= len(os.read(r, got))
        idle(end)
        close_first(end)

    def server(end):
        r, w = os.pipe()
        while end.bytes_out < size:
            left = os.write(w, CHUNK[:min(65536, size - end.bytes_out)])
            while left > 0:
                moved = os.splice(r, end.sock.fileno(), left)
                end.bytes_out += moved
                left -= moved
        idle(end)
        close_second(end)

    two(client, server)


@case
def peek():
    """The reader looks at everything three times with MSG_PEEK before it reads it."""
    size = 100_000

    def client(end):
        end.send(size)
        idle(end)
        close_first(end)

    def server(end):
        for _ in range(3):
            while len(end.sock.recv(size, socket.MSG_PEEK)) < size:
                time.sleep(0.005)
        end.recv(size)
        idle(end)
        close_second(end)

    two(client, server)


@case
def writev():
    """sendmsg(2) and recvmsg(2) with many buffers."""
    parts = [bytes(n) for n in range(1, 200)]
    size = sum(map(len, parts))

    def client(end):
        sent = end.sock.sendmsg(parts)
        end.bytes_out += sent
        end.send(size - sent)
        idle(end)
        close_first(end)

    def server(end):
        while end.bytes_in < size:
            end.bytes_in += end.sock.recvmsg_into([bytearray(7)] * 100)[0]
        idle(end)
        close_second(end)

    two(client, server)


@case
def half_close():
    """The client says that it is done; the server goes on for long."""

    def client(end):
        end.send(1000)
        end.sock.shutdown(socket.SHUT_WR)
        end.recv(2_000_000)
        idle(end, state="FIN_WAIT2")
        end.recv_all()
        end.close(state="FIN_WAIT2")

    def server(end):
        end.recv_all()
        end.send(2_000_000)
        idle(end, state="CLOSE_WAIT")
        end.send(5)
        end.close(state="LAST_ACK")

    two(client, server)


@case
def reset():
    """SO_LINGER 0: close() sends RST."""

    def client(end):
        end.send(3000)
        end.recv(10)
        idle(end)
        end.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close(state="ESTABLISHED")

    def server(end):
        end.recv(3000)
        end.send(10)
        idle(end)
        try:
            end.recv_all()
        except ConnectionResetError:
            end.close(state="ESTABLISHED", error="ECONNRESET")

    two(client, server)


@case
def unread():
    """close() with data that nobody read sends RST."""

    def client(end):
        end.send(4321)
        idle(end)
        try:
            end.recv_all()
        except ConnectionResetError:
            end.close(state="ESTABLISHED", error="ECONNRESET")

    def server(end):
        end.recv(321)
        while end.unread() < 4000:
            time.sleep(0.005)
        end.bytes_in += 4000
        idle(end)
        end.close(state="ESTABLISHED")

    two(client, server)


@case
def lossy(share="0.05", size="60000000"):
    """Segments get lost on their way in at both ends; the socket filter drops them."""
    exchange_under_loss(dropping(float(share)), int(size))


@case
def long_haul(size):
    """A large exchange whose loss somebody else sees to (netem)."""
    exchange_under_loss(None, int(size))


def exchange_under_loss(lose, size):
    def quiet(end):
        # Until the last acknowledgement is in, retransmissions may go on.
        while end.info(24) > 0:  # tcpi_unacked
            time.sleep(0.02)
        if lose:
            end.sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

    def client(end):
        keep = lose(end.sock) if lose else None
        end.send(size)
        end.recv(size // 10)
        quiet(end)
        pause()
        idle(end, retrans=end.retrans())
        say("note", retrans=end.retrans())
        end.close(state=None, retrans=None)
        del keep

    def server(end):
        keep = lose(end.sock) if lose else None
        end.recv(size)
        end.send(size // 10)
        quiet(end)
        pause()
        idle(end, retrans=end.retrans())
        end.recv_all()
        end.close(state=None)
        del keep

    two(client, server)


@case
def fastopen():
    """The second connection carries its first data in the SYN."""
    SEEN["port"] = os.pipe()
    data = CHUNK[:700]

    def client_role():
        port = hear("port")
        for _ in range(2):
            s = socket.socket()
            sent = s.sendto(data, MSG_FASTOPEN, ("127.0.0.1", port))
            end = End(s)
            end.bytes_out = sent
            end.recv(20)
            say("note", syn_data=int(end.info(5, "=B") & TCPI_OPT_SYN_DATA != 0))
            idle(end)
            close_first(end)

    def server_role():
        listener = listen("127.0.0.1", lambda s: s.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16))
        whisper("port", listener.getsockname()[1])
        for _ in range(2):
            end = End(listener.accept()[0])
            end.recv(700)
            end.send(20)
            idle(end)
            close_second(end)

    perform(client_role, server_role)


@case
def to_itself():
    """A socket that connects to itself (simultaneous open)."""

    def role():
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.connect(s.getsockname())
        end = End(s)
        end.send(5000)
        end.recv(5000)
        idle(end)
        end.close()

    perform(role)


@case
def again():
    """One socket, two connections: connect() to AF_UNSPEC undoes the first."""
    SEEN["port"] = os.pipe()
    libc = ctypes.CDLL(None, use_errno=True)

    def client_role():
        s = socket.socket()
        for n in (100, 2000):
            s.connect(("127.0.0.1", hear("port")))
            end = End(s)
            end.send(n)
            idle(end, cookie=None)
            if libc.connect(s.fileno(), bytes(16), 16) < 0:
                raise OSError(ctypes.get_errno(), "connect to AF_UNSPEC")
            end.tell("close", state="ESTABLISHED", error="", cookie=None)

    def server_role():
        for n in (100, 2000):
            listener = listen("127.0.0.1")
            whisper("port", listener.getsockname()[1])
            end = End(listener.accept()[0])
            end.recv(n)
            idle(end)
            try:
                end.recv_all()
            except ConnectionResetError:
                end.close(error="ECONNRESET")

    perform(client_role, server_role)


# --- cases: connections that never were -----------------------------------------------


def failing_connect(port, expected):
    s = socket.socket()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)
    s.bind(("127.0.0.1", 0))
    end = End(s)
    end.names["rport"] = port
    end.names["raddr"] = "127.0.0.1"
    try:
        s.connect(("127.0.0.1", port))
    except OSError as e:
        end.tell("close", state="SYN_SENT", error=errno.errorcode[e.errno], **expected())
        return
    raise RuntimeError("somebody listens")


def retransmitted():
    """Segments that this network namespace sent again."""
    with open("/proc/net/snmp") as f:
        names, values = [line.split() for line in f if line.startswith("Tcp:")]
    return int(values[names.index("RetransSegs")])


@case
def refused():
    """Nobody listens."""

    def role():
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        failing_connect(taken.getsockname()[1], lambda: {"packets_out": 1, "retrans": 0})

    perform(role)


@case
def unanswered():
    """Nobody answers: the listener's filter drops every SYN. Takes 2 to 3 seconds, in
    a network namespace in which nothing else is sent."""

    def role():
        deaf = listen("127.0.0.1", dropping(1.0))
        before = retransmitted()
        failing_connect(deaf.getsockname()[1],
                        lambda: {"retrans": retransmitted() - before})

    perform(role)


# --- cases: who owns it ---------------------------------------------------------------


@case
def reuseport(n="40"):
    """Three processes listen on one port; the kernel spreads the connections."""
    total = int(n)
    SEEN["port"], SEEN["done"] = os.pipe(), os.pipe()

    def tune(s):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)

    first = listen("127.0.0.1", tune)
    port = first.getsockname()[1]
    first.close()

    def client_role():
        for _ in range(3):
            hear("port")
        ends = []
        for i in range(total):
            s = socket.socket()
            s.connect(("127.0.0.1", port))
            ends.append(End(s))
            ends[-1].send(100 + i)
        for _ in range(3):
            whisper("done", 1)
        idle(*ends)
        for end in ends:
            close_first(end)

    def server_role():
        listener = listen("127.0.0.1", tune, port)
        whisper("port", port)
        ends = []
        while select.select([listener, SEEN["done"][0]], [], [])[0] != [SEEN["done"][0]]:
            if select.select([listener], [], [], 0)[0]:
                ends.append(End(listener.accept()[0]))
        hear("done")
        for end in ends:
            end.recv(100)
            while end.unread() > 0:
                end.recv(end.unread())
        say("note", accepted=len(ends))
        idle(*ends)
        for end in ends:
            close_second(end)

    perform(client_role, server_role, server_role, server_role)


@case
def handed_over():
    """Each end is opened by one process and passed to another (SCM_RIGHTS), which
    closes it. A live row may name either; the close row names the one that closed."""
    SEEN["port"] = os.pipe()
    to_client, to_server = socket.socketpair(), socket.socketpair()

    def pass_on(channel, end):
        account = struct.pack("=qq", end.bytes_in, end.bytes_out)
        socket.send_fds(channel, [account], [end.sock.fileno()])
        end.sock.close()
        pause()

    def take(channel):
        account, fds, _, _ = socket.recv_fds(channel, 16, 1)
        end = End(socket.socket(fileno=fds[0]))
        end.bytes_in, end.bytes_out = struct.unpack("=qq", account)
        return end

    def opener():
        s = socket.socket()
        s.connect(("127.0.0.1", hear("port")))
        end = End(s)
        end.send(11)
        pass_on(to_client[0], end)

    def acceptor():
        listener = listen("127.0.0.1")
        whisper("port", listener.getsockname()[1])
        end = End(listener.accept()[0])
        end.recv(11)
        pass_on(to_server[0], end)

    def client():
        end = take(to_client[1])
        end.send(2000)
        end.recv(7)
        idle(end, pid=None, comm=None)
        close_first(end)

    def server():
        end = take(to_server[1])
        end.recv(2000)
        end.send(7)
        idle(end, pid=None, comm=None)
        close_second(end)

    perform(opener, acceptor, client, server)


def prefork(client, child):
    """One process listens and accepts, its child has the connection."""
    SEEN["port"] = os.pipe()

    def client_role():
        s = socket.socket()
        s.connect(("127.0.0.1", hear("port")))
        client(End(s))

    def server_role():
        listener = listen("127.0.0.1")
        whisper("port", listener.getsockname()[1])
        s = listener.accept()[0]
        pid = os.fork()
        if pid == 0:
            listener.close()
            child(End(s))
            os._exit(0)
        s.close()
        sys.exit(os.waitpid(pid, 0)[1])

    perform(client_role, server_role)


@case
def forked():
    """The parent accepts, forks and closes its copy; the child serves."""

    def client(end):
        end.send(50)
        end.recv(60)
        idle(end)
        close_first(end)

    def child(end):
        end.recv(50)
        end.send(60)
        idle(end, pid=None, comm=None)
        close_second(end)

    prefork(client, child)


@case
def chatting_child():
    """As forked, but the connection stays busy until the test has seen enough."""

    def client(end):
        idle_until_told(end, 100)
        end.sock.shutdown(socket.SHUT_WR)
        end.recv_all()
        end.close()

    def child(end):
        idle_until_told(end, 100, owner="scan")
        end.sock.shutdown(socket.SHUT_WR)
        end.recv_all()
        end.close()

    def idle_until_told(end, n, **expected):
        end.sock.settimeout(0.01)
        say("note", **{"owner" if expected else "other": end.cookie[0]})
        os.write(READY, b".")
        end.names.update(expected)
        while not select.select([GO], [], [], 0.01)[0]:
            end.bytes_out += end.sock.send(CHUNK[:n])
            while end.unread() > 0:
                end.recv(end.unread())
        os.read(GO, 1)
        end.sock.settimeout(None)
        say("live", bytes_in=">0", pid=os.getpid(), comm=comm(), **end.names)
        end.names.pop("owner", None)

    prefork(client, child)


@case
def threaded():
    """A thread with a name of its own opens, another one listens."""
    SEEN["port"] = os.pipe()

    def in_thread(name, function):
        def body():
            ctypes.CDLL(None).prctl(PR_SET_NAME, name)
            function()

        def role():
            thread = threading.Thread(target=body)
            thread.start()
            thread.join()
        return role

    def client():
        s = socket.socket()
        s.connect(("127.0.0.1", hear("port")))
        end = End(s)
        end.send(9)
        idle(end)
        close_first(end)

    def server():
        listener = listen("127.0.0.1")
        whisper("port", listener.getsockname()[1])
        end = End(listener.accept()[0])
        end.recv(9)
        idle(end)
        close_second(end)

    # comm() reads /proc/self/comm, which is the name of the process.
    perform(in_thread(b"thread-c", client), in_thread(b"thread-s", server))


@case
def browse(port, n):
    """n connections to an HTTP server, each kept busy until told."""

    def role():
        browsers = [http.client.HTTPConnection("127.0.0.1", int(port)) for _ in range(int(n))]
        first = True
        while first or not select.select([GO], [], [], 0.02)[0]:
            for b in browsers:
                b.request("HEAD", "/")
                b.getresponse().read()
            if first:
                for b in browsers:
                    say("note", lport=b.sock.getsockname()[1])
                os.write(READY, b".")
            first = False
        os.read(GO, 1)

    perform(role)


@case
def in_queue():
    """A connection that nobody accepts before the second pause."""

    def client_role():
        s = socket.socket()
        s.connect(("127.0.0.1", hear("port")))
        whisper("lport", s.getsockname()[1])
        end = End(s)
        end.send(1234)
        idle(end)
        pause()
        close_first(end)

    def server_role():
        listener = listen("127.0.0.1")
        port = listener.getsockname()[1]
        whisper("port", port)
        say("live", lport=port, rport=hear("lport"), state="ESTABLISHED",
            bytes_in=1234, bytes_out=0)
        pause()
        end = End(listener.accept()[0])
        end.recv(1234)
        idle(end, pid=None, comm=None)
        close_second(end)

    SEEN["port"], SEEN["lport"] = os.pipe(), os.pipe()
    perform(client_role, server_role)


@case
def never_accepted():
    """The listener goes away with a connection in its queue: the kernel resets it."""

    def client_role():
        s = socket.socket()
        s.connect(("127.0.0.1", hear("port")))
        whisper("lport", s.getsockname()[1])
        end = End(s)
        end.send(77)
        idle(end)
        try:
            end.recv_all()
        except ConnectionResetError:
            end.close(error="ECONNRESET")

    def server_role():
        listener = listen("127.0.0.1")
        ends = {"lport": listener.getsockname()[1]}
        whisper("port", ends["lport"])
        ends["rport"] = hear("lport")
        say("live", bytes_in=77, bytes_out=0, **ends)
        pause()
        listener.close()
        say("close", bytes_in=77, bytes_out=0, pid=os.getpid(), state="ESTABLISHED", **ends)

    SEEN["port"], SEEN["lport"] = os.pipe(), os.pipe()
    perform(client_role, server_role)


# --- cases: older than the collector --------------------------------------------------


@case
def old(host="127.0.0.1"):
    """Traffic before the first pause, and after it."""

    def client(end):
        end.send(10_000)
        end.recv(333)
        pause()
        idle(end)
        end.send(5)
        idle(end)
        close_first(end)

    def server(end):
        end.recv(10_000)
        end.send(333)
        pause()
        idle(end)
        end.recv(5)
        idle(end)
        close_second(end)

    two(client, server, host)


@case
def orphan(state):
    """A process that closes while its data is still on the way, for the other end does
    not read: nobody owns that end any more. FIN_WAIT1: it closes first. LAST_ACK: the
    other end did."""
    SEEN["gone"] = os.pipe()

    def leaver(end):
        if state == "LAST_ACK":
            end.recv_all()
        end.fill()
        end.sock.close()
        whisper("gone", end.bytes_out)
        pause()
        end.tell("live", pid="", comm="", bytes_out=">0", state=state)
        pause()
        end.tell("close", pid="", comm="",
                 state="FIN_WAIT2" if state == "FIN_WAIT1" else state)

    def reader(end):
        if state == "LAST_ACK":
            end.sock.shutdown(socket.SHUT_WR)
        hear("gone")
        pause()
        end.bytes_in = end.unread()
        idle(end)
        end.bytes_in = 0
        end.recv_all()
        end.close()

    two(leaver, reader, tune=lambda s: s.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVBUF, 8192))


# --- cases: for the collector's behaviour ---------------------------------------------


NAMES = [b"\x1b[2Jesc", b"new\nline", b'com,ma"q"', b"\xff\xfebad\xc3", b"back\\slash",
         b" blank ", b"tab\tname", "naïve".encode(), b"c1\xc2\x9b", b"\x7fdel", b"=1+1"]


@case
def names():
    """Processes with names that want to break something."""
    SEEN["port"] = os.pipe()

    def named(name):
        def role():
            with open("/proc/self/comm", "wb") as f:
                f.write(name)
            s = socket.socket()
            s.connect(("127.0.0.1", hear("port")))
            end = End(s)
            idle(end)
            close_first(end)
        return role

    def server_role():
        listener = listen("127.0.0.1")
        for _ in NAMES:
            whisper("port", listener.getsockname()[1])
        ends = [End(listener.accept()[0]) for _ in NAMES]
        pause()
        for end in ends:
            close_second(end)

    perform(server_role, *map(named, NAMES))


@case
def steady(rate):
    """A stream of `rate` bytes a second, paced by the clock, until told."""
    pace = int(rate)

    def client(end):
        say("note", cookie=end.cookie[0])
        start = time.monotonic()
        os.write(READY, b".")
        while not select.select([GO], [], [], 0.005)[0]:
            due = int((time.monotonic() - start) * pace)
            end.send(max(0, due - end.bytes_out))
        os.read(GO, 1)
        close_first(end)

    def server(end):
        os.write(READY, b".")
        end.recv_all()
        os.read(GO, 1)
        end.close()

    two(client, server)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in CASES:
        sys.exit(f"usage: peers.py CASE [ARG...]; cases: {' '.join(CASES)}")
    CASES[sys.argv[1]](*sys.argv[2:])
