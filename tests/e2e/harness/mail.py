"""A real SMTP server, with STARTTLS and signing in, that keeps what it takes and refuses what a test tells it to.

    with MailServer(certificate, user="latchkey", password="...") as server:
        server.refuse(2)                        # the next two mails, with 451
        eventually(lambda: server.to("dana@acme.example"), "a mail")
"""
import asyncio
import email
import email.policy
import ssl
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class _Handler:
    def __init__(self, server):
        self.server = server

    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.server.tried.append(message["Message-ID"])
        if self.server.refusals > 0:
            self.server.refusals -= 1
            return "451 Come back later"
        message.encrypted = session.ssl is not None
        message.signed_in = session.authenticated
        message.envelope = envelope
        self.server.mails.append(message)
        return "250 OK"


class MailServer:
    def __init__(self, certificate=None, user=None, password=None):
        self.mails, self.tried, self.refusals, self.sign_ins = [], [], 0, []
        self._user, self._password = user, password
        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        def protocol():
            return SMTP(
                _Handler(self), hostname="localhost", tls_context=context, require_starttls=context is not None,
                authenticator=self._authenticate if user else None, auth_required=bool(user), auth_require_tls=context is not None,
                loop=self._loop,
            )

        async def listen():
            return await self._loop.create_server(protocol, "127.0.0.1", 0)

        self._server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"

    def _authenticate(self, _server, _session, _envelope, _mechanism, data):
        self.sign_ins.append(data.login.decode())
        right = (data.login.decode(), data.password.decode()) == (self._user, self._password)
        return AuthResult(success=right)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def refuse(self, mails):
        self.refusals = mails

    def to(self, address):
        return [mail for mail in self.mails if address in mail["To"]]

    def about(self, text):
        return [mail for mail in self.mails if text in mail["Subject"] or text in mail.get_content()]
