"""Receivers of notices that stand on this machine: a web server and a mail server, each on a free port."""

import contextlib
import dataclasses
import http.server
import json
import socketserver
import threading


@dataclasses.dataclass
class Heard:
    """What a receiver got: for each request its path, headers and body, in order."""

    port: int
    requests: list = dataclasses.field(default_factory=list)

    def bodies(self):
        """Return the JSON of every request."""
        return [json.loads(body) for _, _, body in self.requests]


@contextlib.contextmanager
def web(answer=lambda request: (200, {}, b"{}"), tls=None):
    """Give what a web server Heard, which answers ``answer((path, headers, body))`` = status, headers, body."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True  # Whoever was ended in the middle of a notice has told nothing.
                return
            request = (self.path, dict(self.headers.items()), body)
            heard.requests.append(request)
            found = answer(request)
            if callable(found):
                found(self)
                return
            status, headers, reply = found
            self.send_response(status)
            for name, value in {**headers, "Content-Length": len(reply)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            pass  # A client that was cut off is what some tests are about.

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    heard = Heard(server.server_address[1])
    with serving(server):
        yield heard


@contextlib.contextmanager
def mail(answers=None, tls=None):
    """Give what a mail server Heard: (sender, receivers, message) of each mail.

    ``answers`` maps a command (MAIL, RCPT, AUTH, DATA, ``.`` for the end of the message, QUIT) to another reply, or
    to a function of the line that gives it.
    With ``tls`` it offers STARTTLS.
    """
    answers = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"} | (
        answers or {}
    )

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line):
            self.wfile.write(f"{line}\r\n".encode())
            self.wfile.flush()

        def handle(self):
            self.say("220 test")
            sender, receivers = "", []
            while line := self.rfile.readline().decode().strip():
                command = line.split(":")[0].split()[0].upper()
                if command == "EHLO":
                    self.say("250-test")
                    self.say("250 STARTTLS" if tls and not hasattr(self.connection, "cipher") else "250 AUTH PLAIN")
                    continue
                if command == "STARTTLS":
                    self.say("220 go on")
                    self.wfile.close()
                    self.rfile.close()
                    self.connection = tls.wrap_socket(self.connection, server_side=True)
                    self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
                    continue
                sender = line.partition(":")[2] if command == "MAIL" else sender
                receivers += [line.partition(":")[2]] if command == "RCPT" else []
                reply = answers.get(command, "250 ok")
                self.say(reply(line) if callable(reply) else reply)
                if command == "DATA" and answers["DATA"].startswith("354"):
                    self.take(sender, receivers)
                if command == "QUIT":
                    return

        def finish(self):
            with contextlib.suppress(OSError):
                super().finish()
            self.connection.close()

        def take(self, sender, receivers):
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            if answers["."].startswith("2"):
                heard.requests.append((sender, receivers, b"".join(lines)))
            self.say(answers["."])

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    heard = Heard(server.server_address[1])
    with serving(server):
        yield heard


@contextlib.contextmanager
def serving(server):
    """Serve in a thread of its own until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
