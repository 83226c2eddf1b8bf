#!/usr/bin/env python3
"""udp_peers.py CASE [ARG...] - both ends of UDP flows that do one thing on purpose.

As peers.py, but a line is about a flow: a socket, its own port, and a peer. Of several
lines on one flow the last one counts.
"""
import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

import peers
from peers import SEEN, case, comm, family, hear, pause, perform, say, shown, whisper

# Linux numbers that Python's socket module does not name.
SOL_UDP = 17
UDP_SEGMENT = 103
UDP_GRO = 104
UDP_CORK = 1
SO_RCVBUFFORCE = 33
SO_MEMINFO = 55
SK_MEMINFO_DROPS = 8
NAMES = ("bytes_in", "packets_in", "bytes_out", "packets_out")


class Port:
    """A UDP socket and what its application moved with each peer."""

    def __init__(self, host, port=0, tune=None):
        self.sock = socket.socket(family(host), socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        if host == "::":
            self.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if tune:
            tune(self.sock)
        self.sock.bind((host, port))
        # A datagram that never comes fails the test instead of hanging it.
        self.sock.settimeout(20)
        self.number = self.sock.getsockname()[1]
        self.cookie = struct.unpack(
            "=Q", self.sock.getsockopt(socket.SOL_SOCKET, peers.SO_COOKIE, 8))[0]
        self.flows = {}
        self.names = {}  # more that all rows have to say

    def count(self, peer, name, n, datagrams=1):
        key = (self.number, shown(peer[0].split("%")[0]), peer[1])
        account = self.flows.setdefault(key, dict.fromkeys(NAMES, 0))
        account["bytes_" + name] += n
        account["packets_" + name] += datagrams

    def connect(self, host, port):
        self.sock.connect((host, port))

    def send(self, data, to=None, datagrams=1):
        if to:
            n = self.sock.sendto(data, to)
        else:
            n = self.sock.send(data)
            to = self.sock.getpeername()
        self.count(to, "out", n, datagrams)

    def recv(self, n=1):
        """n datagrams. Returns where the last one came from."""
        for _ in range(n):
            data, peer = self.sock.recvfrom(65536)
            self.count(peer, "in", len(data))
        return peer

    def answer(self, n, size):
        """Answer n datagrams, whoever sends them."""
        for _ in range(n):
            peer = self.recv()
            self.send(bytes(size), peer)

    def drops(self):
        info = self.sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
        return struct.unpack("=9I", info)[SK_MEMINFO_DROPS]

    def forget(self):
        """Nobody saw what was moved until now."""
        self.flows.clear()

    def tell(self, kind, **other):
        fields = dict(cookie=self.cookie, pid=os.getpid(), comm=comm())
        fields.update(self.names)
        fields.update(other)
        fields = {k: v for k, v in fields.items() if v is not None}
        for (lport, raddr, rport), account in self.flows.items():
            say(kind, **dict(fields, lport=lport, raddr=raddr, rport=rport, **account))

    def close(self, **expected):
        self.sock.close()
        self.tell("close", **expected)


def idle(*ports, **expected):
    for port in ports:
        port.tell("live", **expected)
    pause()


def finish(*ports, **expected):
    """The end of most cases: looked at, closed."""
    idle(*ports, **expected)
    for port in ports:
        port.close(**expected)


def two(client, server, host="127.0.0.1", bind=""):
    """A client's socket, connected to that of a server, each in its process."""
    SEEN["port"] = os.pipe()

    def server_role():
        port = Port(bind or host)
        whisper("port", port.number)
        server(port)

    def client_role():
        port = Port(host if family(host) == socket.AF_INET else "::")
        port.connect(host, hear("port"))
        client(port)

    perform(client_role, server_role)


# --- cases: moving datagrams ----------------------------------------------------------


@case
def exchange(host, n, size, bind=""):
    """n datagrams of a connected socket, each answered with one byte more."""
    count, length = int(n), int(size)

    def client(port):
        for _ in range(count):
            port.send(bytes(length))
            port.recv()
        finish(port, laddr=shown(host))

    def server(port):
        port.answer(count, length + 1)
        finish(port, laddr=shown(host))

    two(client, server, host, bind)


@case
def unconnected(host="127.0.0.1"):
    """One socket talks to three servers with sendto(2)."""
    SEEN["port"] = os.pipe()

    def client_role():
        port = Port(host)
        to = [(host, hear("port")) for _ in range(3)]
        for i in range(30):
            port.send(bytes(10 + i), to[i % 3])
            port.recv()
        finish(port)

    def server_role():
        port = Port(host)
        whisper("port", port.number)
        port.answer(10, 7)
        finish(port)

    perform(client_role, server_role, server_role, server_role)


@case
def reconnected():
    """One socket is connected to one server, then to another, then to none, which costs
    it its port."""
    SEEN["port"] = os.pipe()

    def client_role():
        port = Port("127.0.0.1")
        first, second = hear("port"), hear("port")
        for to, size in (first, 100), (second, 2000):
            port.connect("127.0.0.1", to)
            port.send(bytes(size))
            port.recv()
        libc = ctypes.CDLL(None)
        if libc.connect(port.sock.fileno(), bytes(16), 16) < 0:
            raise OSError("connect to AF_UNSPEC")
        # The kernel took its port away; it gets another.
        port.sock.bind(("127.0.0.1", 0))
        port.number = port.sock.getsockname()[1]
        port.send(bytes(5), ("127.0.0.1", first))
        port.recv()
        finish(port)

    def server_role():
        port = Port("127.0.0.1")
        whisper("port", port.number)
        # Who is first is not known: wait for silence instead of a number.
        port.sock.settimeout(1)
        try:
            while True:
                port.answer(1, 3)
        except TimeoutError:
            pass
        finish(port)

    perform(client_role, server_role, server_role)


@case
def gso(host, gro):
    """Writes that the kernel cuts into datagrams (UDP_SEGMENT), read as they come or
    put together again (UDP_GRO)."""
    segment = 1000
    writes = [64000, 1000, 1001, 999, 1, 30500, 2000] * 20
    total = sum(writes)

    def client(port):
        port.sock.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
        for n in writes:
            port.send(bytes(n), datagrams=-(-n // segment))
            port.recv()  # the reader keeps up
        finish(port)

    def server(port):
        port.sock.setsockopt(SOL_UDP, UDP_GRO, int(gro))
        most = 0
        for n in writes:
            while n > 0:
                data, control, _, peer = port.sock.recvmsg(65536, 64)
                size = len(data)
                for level, kind, value in control:
                    if (level, kind) == (SOL_UDP, UDP_GRO):
                        size = struct.unpack("=i", value[:4])[0]
                datagrams = -(-len(data) // size)
                most = max(most, datagrams)
                port.count(peer, "in", len(data), datagrams)
                n -= len(data)
            port.send(b"k", peer)
        assert sum(f["bytes_in"] for f in port.flows.values()) == total
        say("note", most=most)
        finish(port)

    two(client, server, host)


@case
def fragments(host, size):
    """Datagrams larger than the MTU."""

    def client(port):
        before = created()
        for _ in range(20):
            port.send(bytes(int(size)))
            port.recv()
        say("note", fragments=created() - before)
        finish(port)

    def server(port):
        port.answer(20, 50000)
        finish(port)

    def created():
        """Fragments that this network namespace made."""
        with open("/proc/net/snmp") as f:
            names, values = [line.split() for line in f if line.startswith("Ip:")]
        n = int(values[names.index("FragCreates")])
        with open("/proc/net/snmp6") as f:
            return n + sum(int(line.split()[1]) for line in f if line.startswith("Ip6FragCreates"))

    two(client, server, host)


@case
def empty(host="127.0.0.1"):
    """Datagrams of 0 bytes: there is nothing but their number."""

    def client(port):
        for _ in range(3):
            port.send(b"")
        port.recv(2)
        finish(port)

    def server(port):
        peer = port.recv(3)
        port.send(b"", peer)
        port.send(b"", peer)
        finish(port)

    two(client, server, host)


@case
def extended(*which):
    """IPv6 with extension headers before that of UDP, small and large."""

    def options(n):
        """A header with one option of an experiment, to be skipped by who does not know
        it (RFC 4727): n * 8 bytes, 32 at most."""
        return bytes([0, n - 1, 0x1E, n * 8 - 4]) + bytes(n * 8 - 4)

    def tune(port):
        for name in which:
            kind, _, n = name.partition("=")
            port.sock.setsockopt(socket.IPPROTO_IPV6, getattr(socket, "IPV6_" + kind),
                                 options(int(n or 1)))

    def client(port):
        tune(port)
        for n in (0, 1, 1200, 3000):
            port.send(bytes(n))
            port.recv()
        finish(port)

    def server(port):
        tune(port)
        port.answer(4, 333)
        finish(port)

    two(client, server, "::1")


@case
def corked():
    """One datagram of many writes (MSG_MORE, UDP_CORK), some larger than a page."""

    def client(port):
        for part in 10, 5000, 1, 20000:
            port.sock.send(bytes(part), socket.MSG_MORE)
        port.sock.send(bytes(7))
        port.sock.setsockopt(SOL_UDP, UDP_CORK, 1)
        for part in 3, 4, 5:
            port.sock.send(bytes(part))
        port.sock.setsockopt(SOL_UDP, UDP_CORK, 0)
        port.count(port.sock.getpeername(), "out", 10 + 5000 + 1 + 20000 + 7 + 12, 2)
        port.recv()
        finish(port)

    def server(port):
        peer = port.recv(2)
        port.send(b"done", peer)
        finish(port)

    two(client, server)


@case
def group(address, interface, readers="2"):
    """To a multicast or broadcast address on which several sockets listen."""
    SEEN["port"], SEEN["on"] = os.pipe(), os.pipe()
    n = 25
    six = ":" in address
    index = socket.if_nametoindex(interface)
    many = six or 224 <= int(address.split(".")[0]) < 240

    def tune(s):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if six:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 1)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                         socket.inet_pton(socket.AF_INET6, address) + struct.pack("=i", index))
        elif many:
            request = struct.pack("=4s4si", socket.inet_aton(address), bytes(4), index)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, request)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)

    def reader_role(number, port=None):
        port = port or Port("::" if six else "0.0.0.0", number, tune)
        whisper("on", 1)
        port.recv(n)
        finish(port, laddr=address)

    def sender_role():
        number = hear("port")
        for _ in range(int(readers)):
            hear("on")
        port = Port("::" if six else "0.0.0.0", 0, tune)
        for i in range(n):
            port.send(bytes(100 + i), (address, number))
        finish(port)

    def first_role():
        port = Port("::" if six else "0.0.0.0", 0, tune)
        for _ in range(int(readers)):
            whisper("port", port.number)
        reader_role(port.number, port)

    def other_role():
        reader_role(hear("port"))

    perform(sender_role, first_role, *[other_role] * (int(readers) - 1))


@case
def spread(address, interface, n="25"):
    """Sent only: to a group that nobody on this machine listens to."""

    def role():
        port = Port("0.0.0.0")
        port.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        request = struct.pack("=4s4si", bytes(4), bytes(4), socket.if_nametoindex(interface))
        port.sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, request)
        for _ in range(int(n)):
            port.send(bytes(100), (address, 9))
        finish(port)

    perform(role)


# --- cases: many peers ----------------------------------------------------------------


@case
def many(n):
    """A server with n clients; each has an amount of its own."""
    total = int(n)
    SEEN["port"] = os.pipe()

    def server_role():
        port = Port("127.0.0.1")
        whisper("port", port.number)
        port.answer(total * 2, 11)
        finish(port)

    def client_role():
        to = hear("port")
        ports = [Port("127.0.0.1") for _ in range(total)]
        for i, port in enumerate(ports):
            port.connect("127.0.0.1", to)
            for _ in range(2):
                port.send(bytes(i))
                port.recv()
        finish(*ports)

    perform(client_role, server_role)


@case
def leaver(n):
    """A socket with n peers is closed; the peers stay until the next pause."""
    total = int(n)
    SEEN["port"] = os.pipe()

    def role():
        server = Port("127.0.0.1")
        clients = [Port("127.0.0.1") for _ in range(total)]
        for i, port in enumerate(clients):
            port.connect("127.0.0.1", server.number)
            port.send(bytes(i))
            server.answer(1, 3)
            port.recv()
        idle(server, *clients)
        server.close()
        say("note", cookie=server.cookie)
        pause()
        for port in clients:
            port.close()

    perform(role)


@case
def crowd(n):
    """One socket sends to another under n addresses, and is answered from each."""
    total = int(n)

    def role():
        a, b = Port("127.0.0.1"), Port("0.0.0.0")
        moved = [0, 0]
        payload = bytes(256)
        for i in range(total):
            host = f"127.{1 + (i >> 16)}.{i >> 8 & 255}.{i & 255}"
            n = i % 100
            moved[0] += a.sock.sendto(payload[:n], (host, b.number))
            if i % 1000 == 0 and i > 0:
                a.sock.sendto(b"", (host, b.number))  # a second one now and then
            got = len(b.sock.recv(256))
            assert got == n
            moved[1] += got
            if i % 1000 == 0 and i > 0:
                b.sock.recv(256)
        count = total + (total - 1) // 1000
        for port, name, n in (a, "sender", moved[0]), (b, "reader", moved[1]):
            say("note", **{name: port.cookie})
            say("note", **{name + "_bytes": n})
            say("note", **{name + "_packets": count})
        pause()
        a.sock.close()
        b.sock.close()

    perform(role)


# --- cases: a socket's life -----------------------------------------------------------


@case
def forked():
    """A socket that two processes send on, and read."""
    SEEN["port"], SEEN["n"], SEEN["child"] = os.pipe(), os.pipe(), os.pipe()

    def client_role():
        port = Port("127.0.0.1")
        port.connect("127.0.0.1", hear("port"))
        pid = os.fork()
        if pid == 0:
            for _ in range(300):
                port.sock.send(bytes(20))
            # The parent keeps it open until the end.
            port.sock.close()
            os._exit(0)
        for _ in range(500):
            port.send(bytes(30))
        if os.waitpid(pid, 0)[1] != 0:
            sys.exit("the child failed")
        port.count(port.sock.getpeername(), "out", 300 * 20, 300)
        finish(port, pid=f"{os.getpid()}|{pid}")

    def server_role():
        port = Port("127.0.0.1")
        whisper("port", port.number)
        port.recv(800)
        finish(port)

    perform(client_role, server_role)


@case
def daemon():
    """A server's socket is opened by a process that is gone; its child has it. Two
    clients talk to it until told."""
    SEEN["port"] = os.pipe()

    def keep():
        port = Port("127.0.0.1")
        if os.fork() != 0:
            os._exit(0)
        say("note", keeper=os.getpid())
        say("note", server=port.cookie)
        whisper("port", port.number)
        while True:
            data, peer = port.sock.recvfrom(100)
            if not data:
                os._exit(0)
            port.sock.sendto(data, peer)

    def role():
        pid = os.fork()
        if pid == 0:
            keep()
        os.waitpid(pid, 0)
        clients = [Port("127.0.0.1") for _ in range(2)]
        to = hear("port")
        os.write(peers.READY, b".")
        while not select.select([peers.GO], [], [], 0.02)[0]:
            for port in clients:
                port.sock.sendto(b"hello", ("127.0.0.1", to))
                port.sock.recv(100)
        os.read(peers.GO, 1)
        clients[0].sock.sendto(b"", ("127.0.0.1", to))

    perform(role)


@case
def overflow(n):
    """A reader that does not read: its receive buffer overflows."""

    def client(port):
        for _ in range(int(n)):
            port.send(bytes(500))
        whisper("sent", int(n))
        finish(port)

    def server(port):
        port.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sent = hear("sent")
        port.sock.setblocking(False)
        read = 0
        try:
            while True:
                peer = port.sock.recvfrom(1000)[1]
                read += 1
        except BlockingIOError:
            pass
        say("note", sent=sent)
        say("note", read=read)
        say("note", drops=port.drops())
        say("note", server=port.cookie)
        assert 0 < read < sent
        port.count(peer, "in", sent * 500, sent)
        idle(port, drops=sent - read)
        port.close()

    SEEN["sent"] = os.pipe()
    two(client, server)


@case
def again(idle_s):
    """Two peers talk, are silent, and talk again on the same sockets; with a third
    party, so that both ways to count are taken."""
    silence = float(idle_s)

    def role():
        server, first, second = (Port("127.0.0.1") for _ in range(3))
        for times in range(3):
            for port in (first, second):
                for _ in range(times + 1):
                    port.send(bytes(100), ("127.0.0.1", server.number))
                    server.answer(1, 9)
                    port.recv()
            if times < 2:
                time.sleep(silence)
        pause()
        for port in (server, first, second):
            port.close(closes=3)

    perform(role)


@case
def old(host="127.0.0.1", name=""):
    """Traffic before the first pause, and after it; by processes of this name."""

    if name:
        with open("/proc/self/comm", "w") as f:
            f.write(name)

    def client(port):
        for _ in range(10):
            port.send(bytes(1000))
            port.recv()
        say("note", lport=port.number)
        say("note", rport=port.sock.getpeername()[1])
        say("note", pid=os.getpid())
        pause()
        port.forget()
        for _ in range(3):
            port.send(bytes(77))
            port.recv()
        finish(port, owner="scan")

    def server(port):
        port.answer(10, 500)
        pause()
        port.forget()
        port.answer(3, 8)
        finish(port, owner="scan")

    two(client, server, host)


@case
def raw():
    """A raw socket that reads all UDP besides the socket for which it is, and one that
    writes UDP with a header of its own."""
    SEEN["port"] = os.pipe()

    def client(port):
        eye = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
        hand = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        for s in eye, hand:
            say("note", cookie=struct.unpack(
                "=Q", s.getsockopt(socket.SOL_SOCKET, peers.SO_COOKIE, 8))[0])
        to = port.sock.getpeername()[1]
        for _ in range(5):
            port.send(bytes(50))
            port.recv()
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + 8 + 6, 0, 0, 64, 17, 0,
                         socket.inet_aton("127.0.0.1"), socket.inet_aton("127.0.0.1"))
        hand.sendto(ip + struct.pack("!HHHH", port.number, to, 14, 0) + b"forged", ("127.0.0.1", 0))
        pause()
        eye.close()
        hand.close()
        finish(port)

    def server(port):
        port.answer(5, 60)
        port.recv()
        pause()
        finish(port)

    two(client, server)


@case
def refused():
    """To a port on which nobody is: sent all the same."""

    def role():
        taken, port = Port("127.0.0.1"), Port("127.0.0.1")
        to = ("127.0.0.1", taken.number)
        taken.sock.close()
        port.send(bytes(10), to)
        port.send(bytes(20), to)
        finish(port)

    perform(role)


@case
def to_itself():
    """A socket that sends to itself: one flow, each way."""

    def role():
        port = Port("127.0.0.1")
        for n in (10, 20, 30):
            port.send(bytes(n), ("127.0.0.1", port.number))
            port.recv()
        finish(port)

    perform(role)


@case
def iperf(client_file, server_file):
    """No traffic: what iperf3 said of it, as lines of flows. Who sends says what was sent;
    before, each stream has 4 bytes each way."""
    sent = 0
    for name in client_file, server_file:
        with open(name) as f:
            told = json.load(f)
        ends = {c["socket"]: c for c in told["start"]["connected"]}
        for stream in told["end"]["streams"]:
            udp = stream["udp"]
            if not udp["sender"]:
                continue
            sent += udp["bytes"]
            end = ends[udp["socket"]]
            out = dict(bytes_out=udp["bytes"] + 4, packets_out=udp["packets"] + 1,
                       bytes_in=4, packets_in=1)
            back = dict(bytes_in=udp["bytes"] + 4, packets_in=udp["packets"] + 1,
                        bytes_out=4, packets_out=1)
            near, far = end["local_port"], end["remote_port"]
            say("close", lport=near, raddr="127.0.0.1", rport=far, comm="iperf3", **out)
            say("close", lport=far, raddr="127.0.0.1", rport=near, comm="iperf3", **back)
    say("note", sent=sent)


@case
def chatting(host="127.0.0.1"):
    """A datagram each way every 20 ms until told."""

    def client(port):
        say("note", client=port.cookie)
        os.write(peers.READY, b".")
        while not select.select([peers.GO], [], [], 0.02)[0]:
            port.send(bytes(100))
            port.recv()
        os.read(peers.GO, 1)
        port.send(b"")
        port.close()

    def server(port):
        os.write(peers.READY, b".")
        while True:
            data, peer = port.sock.recvfrom(1000)
            port.count(peer, "in", len(data))
            if not data:
                break
            port.send(bytes(200), peer)
        os.read(peers.GO, 1)
        port.close()

    two(client, server, host)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in peers.CASES:
        sys.exit(f"usage: udp_peers.py CASE [ARG...]; cases: {' '.join(peers.CASES)}")
    peers.CASES[sys.argv[1]](*sys.argv[2:])
