# SPDX-License-Identifier: Apache-2.0
"""A Kerberos server, and a listener with GSSAPI in front of a broker."""
import ctypes
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

SERVER = Path(__file__).parents[2] / ".build/kerberos"
REALM = "TEST.LOCAL"


class Realm:
    """A Kerberos server with a database of its own; `environment` makes programs ask it."""

    def __init__(self, directory):
        self.directory = directory
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        modules = next((SERVER / "usr/lib").glob("*/krb5/plugins/kdb"))
        (directory / "krb5.conf").write_text(f"""[libdefaults]
default_realm = {REALM}
dns_lookup_kdc = false
dns_lookup_realm = false
rdns = false
dns_canonicalize_hostname = false
udp_preference_limit = 1
[realms]
{REALM} = {{
  kdc = 127.0.0.1:{port}
}}
[dbmodules]
db_module_dir = {modules}
""")
        (directory / "kdc.conf").write_text(f"""[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{REALM} = {{
  database_name = {directory}/principal
  key_stash_file = {directory}/stash
}}
""")
        self.environment = {
            **os.environ, "KRB5_CONFIG": str(directory / "krb5.conf"), "KRB5_KDC_PROFILE": str(directory / "kdc.conf"),
            "KRB5CCNAME": str(directory / "nobody")}
        self.run("kdb5_util", "create", "-s", "-P", "master", "-r", REALM)
        self.process = subprocess.Popen([SERVER / "usr/sbin/krb5kdc", "-n"], env=self.environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline and self.process.poll() is None, "no Kerberos server came up"
                time.sleep(0.02)

    def run(self, program, *arguments):
        subprocess.run([SERVER / "usr/sbin" / program, *arguments], env=self.environment, check=True, capture_output=True)

    def key_table(self, name, principal):
        """A file with the key of a principal, which is made."""
        file = self.directory / name
        self.run("kadmin.local", "-q", f"addprinc -randkey {principal}")
        self.run("kadmin.local", "-q", f"ktadd -k {file} {principal}")
        return file

    def ticket(self, principal, key_table):
        """A cache with a ticket, as kinit leaves it."""
        cache = self.directory / f"cache-{principal}"
        subprocess.run([shutil.which("kinit"), "-kt", key_table, "-c", cache, principal], env=self.environment, check=True)
        return cache

    def stop(self):
        self.process.kill()
        self.process.wait()


class Bytes(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("value", ctypes.c_void_p)]

    @classmethod
    def of(cls, data):
        """Keeps what it points to."""
        made = cls(len(data), ctypes.cast(ctypes.create_string_buffer(data, len(data)), ctypes.c_void_p))
        made.kept = data
        return made

    @property
    def data(self):
        return ctypes.string_at(self.value, self.length) if self.value else b""


class Acceptor:
    """The broker's half of a login (RFC 4752)."""

    library = None

    def __init__(self):
        if Acceptor.library is None:
            Acceptor.library = ctypes.CDLL("libgssapi_krb5.so.2")
        self.context, self.name, self.stage = ctypes.c_void_p(), ctypes.c_void_p(), "tokens"

    def call(self, function, *arguments):
        minor = ctypes.c_uint32()
        major = getattr(self.library, function)(ctypes.byref(minor), *arguments)
        assert major >> 16 == 0, (function, major, minor.value)
        return major

    @property
    def user(self):
        shown = Bytes()
        self.call("gss_display_name", self.name, ctypes.byref(shown), None)
        return shown.data.decode()

    def answer(self, token):
        """What goes back; None with the end of the login."""
        out = Bytes()
        if self.stage == "tokens":
            major = self.call("gss_accept_sec_context", ctypes.byref(self.context), None, ctypes.byref(Bytes.of(token)), None,
                              ctypes.byref(self.name), None, ctypes.byref(out), None, None, None)
            self.stage = "tokens" if major else "offer"
            return out.data
        if self.stage == "offer":
            assert token == b""
            self.stage = "choice"
            self.call("gss_wrap", self.context, 0, 0, ctypes.byref(Bytes.of(b"\x01\x00\x00\x00")), None, ctypes.byref(out))
            return out.data
        self.call("gss_unwrap", self.context, ctypes.byref(Bytes.of(token)), ctypes.byref(out), None, None)
        assert out.data[0] == 1, "the client wants a layer"
        return None


class Gate:
    """A listener with SASL_PLAINTEXT and GSSAPI: who has logged in is connected with a broker that lets everybody in."""

    def __init__(self, broker):
        self.broker, self.users, self.failures = broker, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        host, port = self.broker.rsplit(":", 1)
        with client, socket.create_connection((host, int(port))) as broker:
            try:
                if self._log_in(client, broker):
                    threading.Thread(target=self._pipe, args=(broker, client), daemon=True).start()
                    self._pipe(client, broker)
            except AssertionError as error:
                self.failures.append(error)

    @staticmethod
    def _pipe(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @staticmethod
    def _frame(source):
        def exactly(count):
            data = b""
            while len(data) < count:
                piece = source.recv(count - len(data))
                if not piece:
                    return None
                data += piece
            return data
        head = exactly(4)
        return exactly(struct.unpack(">i", head)[0]) if head else None

    def _log_in(self, client, broker):
        acceptor = Acceptor()
        while True:
            request = self._frame(client)
            if request is None:
                return False
            key, version, correlation = struct.unpack_from(">hhi", request)
            name = struct.unpack_from(">h", request, 8)[0]
            body = request[10 + max(name, 0):]
            if key == 18:
                broker.sendall(struct.pack(">i", len(request)) + request)
                answer = self._frame(broker)
            elif key == 17:
                answer = struct.pack(">ihih", correlation, 0, 1, 6) + b"GSSAPI"
            else:
                assert key == 36 and version in (1, 2), f"{key} before the login is over"
                # Version 2 has a tag section behind the header, and lengths in varints; tokens here are longer than a byte.
                token = body[4:] if version == 1 else self._compact(body[1:])
                reply = acceptor.answer(token)
                answer = struct.pack(">i", correlation) + self._authenticated(reply or b"", version)
                if reply is None:
                    self.users.append(acceptor.user)
                    client.sendall(struct.pack(">i", len(answer)) + answer)
                    return True
            client.sendall(struct.pack(">i", len(answer)) + answer)

    @staticmethod
    def _compact(body):
        length, shift, at = 0, 0, 0
        while True:
            length |= (body[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if body[at - 1] < 0x80:
                return body[at:at + length - 1]

    @staticmethod
    def _authenticated(token, version):
        if version == 1:
            return struct.pack(">hhi", 0, -1, len(token)) + token + struct.pack(">q", 0)
        length, varint = len(token) + 1, b""
        while length >= 0x80:
            varint, length = varint + bytes([length & 0x7F | 0x80]), length >> 7
        return b"\x00" + struct.pack(">hb", 0, 0) + varint + bytes([length]) + token + struct.pack(">qb", 0, 0)

    def stop(self):
        self.listener.close()
