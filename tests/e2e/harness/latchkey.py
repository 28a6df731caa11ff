"""A Latchkey of its own: a data directory, a server, and what a test does with them.

    with Latchkey(upstream.url, tmp_path) as latchkey:
        key = latchkey.create_key(access_type="admin")
        assert latchkey.call(key).status == 200
"""
import itertools
import json
import signal
from dataclasses import dataclass, field

import httpx

from harness import contract, ledger, paths
from harness.process import Process, run
from harness.wire import send

# Every key of every catalog access type may call it, and nothing about it can be restricted but the network.
PLAIN = "/current/general/GetLastDataUpdate"

_numbers = itertools.count(1)


@dataclass
class Key:
    id: str
    tenant_id: str
    secret: str = field(repr=False)
    made: dict = field(repr=False)

    @property
    def headers(self):
        return {"X-API-KEY": self.secret}

    @property
    def bearer(self):
        return {"Authorization": f"Bearer {self.secret}"}


def _check_contract(response):
    response.read()
    contract.check(response)


class Person:
    """Someone who is signed in. The cookie is sent by hand: clients that are no browsers don't take loopback for secure,
    and so would keep a Secure cookie to themselves."""

    def __init__(self, latchkey, email, password):
        with latchkey.client() as client:
            self.answer = client.post("/v1/login", json={"email": email, "password": password})
        assert self.answer.status_code == 200, self.answer.text
        self.session = self.answer.json()
        self.cookie = self.answer.headers["Set-Cookie"].split(";")[0]
        self.token = ledger.remember(self.cookie.partition("=")[2], f"session of {email}")
        self.csrf = {"X-CSRF-Token": ledger.remember(self.session["csrf_token"], f"CSRF token of {email}")}
        ledger.CSRF_TOKENS.add(self.session["csrf_token"])
        self.reads = latchkey.client({"Cookie": self.cookie})
        self.writes = latchkey.client({"Cookie": self.cookie, **self.csrf})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reads.close()
        self.writes.close()


def without_secret(answer):
    return {name: value for name, value in answer.items() if name != "secret"}


class Latchkey:
    def __init__(self, upstream_url, folder, name="latchkey", flags=(), env=None, catalog=None, failed_requests=1_000_000):
        """Without a catalog of its own: the shipped one, with limits that no test runs into."""
        self.name, self.folder = name, folder
        self.data = folder / "data"
        self.upstream_url, self.catalog = upstream_url, catalog or paths.generous_catalog(folder)
        self.flags, self.env = ["--failed-requests", str(failed_requests), *flags], dict(env or {})
        self.process = None
        self.init()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def init(self):
        made = run([paths.binary(), "init", "--data", self.data, "--tenant", "Acme", "--admin-email", "dana@acme.example"])
        assert made.returncode == 0, made.stderr
        ledger.DATA_DIRECTORIES.append(self.data)
        answer = json.loads(made.stdout)
        self.operator_key = ledger.remember(answer["operator_key"], "operator key")
        self.admin_password = ledger.remember(answer["admin_password"], "password of the first admin")
        self.admin_email, self.tenant_id = answer["admin_email"], answer["tenant_id"]

    def argv(self):
        return [
            paths.binary(), "serve", "--data", self.data, "--catalog", self.catalog, "--upstream", self.upstream_url,
            "--console", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--check", "127.0.0.1:0", *self.flags,
        ]

    def start(self):
        self.process = Process(self.name, self.argv(), env=self.env)
        ready = self.process.ready_line()
        self.console_url, self.gateway_url, self.check_url = (f"http://{ready[part]}" for part in ("console", "gateway", "check"))
        self.operator = self.client({"Authorization": f"Bearer {self.operator_key}"})

    def stop(self):
        if self.process:
            self.operator_close()
            code = self.process.stop()
            self.process = None
            assert code == 0, f"{self.name} ended with {code}"

    def kill(self):
        self.operator_close()
        self.process.kill()
        self.process = None

    def operator_close(self):
        if getattr(self, "operator", None):
            self.operator.close()

    def terminate(self):
        self.process.signal(signal.SIGTERM)

    # The management API.

    def client(self, headers=None, base_url=None):
        """Every answer that it gets is held against api/openapi.yaml."""
        return httpx.Client(
            base_url=base_url or self.console_url, headers=headers or {}, timeout=60, trust_env=False,
            event_hooks={"response": [_check_contract]},
        )

    def sign_in(self, email=None, password=None):
        return Person(self, email or self.admin_email, password or self.admin_password)

    def tenant_path(self, tenant_id=None):
        return f"/v1/tenants/{tenant_id or self.tenant_id}"

    def keys_path(self, key=None, tenant_id=None):
        tenant_id = tenant_id or (key.tenant_id if key else self.tenant_id)
        return f"/v1/tenants/{tenant_id}/api-keys" + (f"/{key.id}" if key else "")

    def create_key(self, access_type="admin", nickname=None, tenant_id=None, expires_at=None, limits=None, **restrictions):
        body = {
            "nickname": nickname or f"Key {next(_numbers)}",
            "contact_email": "ops@acme.example",
            "access_type": access_type,
            "restrictions": restrictions,
        }
        if expires_at:
            body["expires_at"] = expires_at
        if limits:
            body["limits"] = limits
        answer = self.operator.post(self.keys_path(tenant_id=tenant_id), json=body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return Key(made["id"], made["tenant_id"], ledger.remember(made["secret"], f"secret of {made['id']}"), without_secret(made))

    def create_tenant(self, **fields):
        answer = self.operator.post("/v1/tenants", json={"name": f"Tenant {next(_numbers)}", **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def create_user(self, tenant_id=None, role="admin", email=None):
        email = email or f"user{next(_numbers)}@acme.example"
        answer = self.operator.post(f"{self.tenant_path(tenant_id)}/users", json={"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        ledger.remember(made["password"], f"password of {email}")
        return made

    def act(self, key, action, body=None):
        answer = self.operator.post(f"{self.keys_path(key)}/{action}", json=body or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def patch_tenant(self, tenant_id, **fields):
        answer = self.operator.patch(self.tenant_path(tenant_id), json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    # The gateway.

    def send(self, method, target, headers=(), body=None, source="127.0.0.1", **options):
        return send(self.gateway_url, method, target, headers, body, source=source, **options)

    def call(self, key, target=PLAIN, method="GET", headers=None, body=None, source="127.0.0.1"):
        return self.send(method, target, {**key.headers, **(headers or {})}, body, source=source)

    def post(self, key, target, document):
        return self.call(key, target, "POST", {"Content-Type": "application/json"}, json.dumps(document).encode())

    def verify(self, **asked):
        return self.operator.post("/v1/api-keys/verify", json=asked)

    def authz(self, method, target, headers=(), query="", source="127.0.0.1", extra=(), by="GET"):
        """Asks the forward-auth endpoint as a gateway would."""
        fields = list(headers.items()) if isinstance(headers, dict) else list(headers)
        fields += [("X-Original-Method", method), ("X-Original-URI", target), *extra]
        return send(self.check_url, by, f"/authz{query}", fields, source=source)
