"""A real OpenBao, in memory, with a KV version 2 at secret/.

    with OpenBao(folder) as bao:
        token = bao.token(policies=["latchkey"])
        assert bao.data("latchkey/7/mailer")["generation"] == 1
"""
import itertools
import re
import secrets
import ssl

import httpx

from harness.gateways import free_ports
from harness.managers import block_of, program
from harness.process import Process
from harness.wait import eventually

_numbers = itertools.count(1)


class OpenBao:
    def __init__(self, folder, tls=False):
        (port,) = free_ports(1)
        self.root_token = secrets.token_hex(16)
        argv = [
            program("bao"), "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={self.root_token}",
            f"-dev-listen-address=127.0.0.1:{port}", "-log-level=warn",
        ]
        self.ca_file = None
        if tls:
            argv += ["-dev-tls", f"-dev-tls-cert-dir={folder}"]
            self.ca_file = folder / "vault-ca.pem"
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self.process = Process("openbao", argv, env={"HOME": str(folder)})
        try:
            eventually(self._ready, "OpenBao to be ready", seconds=60)
        except BaseException:
            self.process.kill()
            raise
        self.client = httpx.Client(
            base_url=f"{self.url}/v1/", headers={"X-Vault-Token": self.root_token}, trust_env=False, timeout=30,
            verify=ssl.create_default_context(cafile=self.ca_file) if tls else True,
        )
        self.write("sys/policies/acl/latchkey", policy=block_of("hand-over.md", "hcl", "secret/delete/latchkey"))

    def _ready(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            return httpx.get(f"{self.url}/v1/sys/health", verify=False, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.process.stop()

    def write(self, path, namespace=None, method="POST", **body):
        answer = self.client.request(method, path, json=body, headers={"X-Vault-Namespace": namespace} if namespace else {})
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None

    def token(self, policies=("latchkey",), namespace=None, **more):
        return self.write("auth/token/create", namespace, policies=list(policies), **more)["auth"]["client_token"]

    def role(self, **settings):
        """An AppRole of its own: role id and secret id."""
        name = f"role{next(_numbers)}"
        if "approle/" not in self.client.get("sys/auth").json()["data"]:
            self.write("sys/auth/approle", type="approle")
        self.write(f"auth/approle/role/{name}", token_policies=["latchkey"], **settings)
        role_id = self.client.get(f"auth/approle/role/{name}/role-id").json()["data"]["role_id"]
        return role_id, self.write(f"auth/approle/role/{name}/secret-id")["data"]["secret_id"]

    def revoke_tokens_of_roles(self):
        """How many there were."""
        revoked = 0
        for accessor in self.client.request("LIST", "auth/token/accessors").json()["data"]["keys"]:
            looked = self.client.post("auth/token/lookup-accessor", json={"accessor": accessor})
            if looked.status_code == 200 and looked.json()["data"]["path"] == "auth/approle/login":
                self.write("auth/token/revoke-accessor", accessor=accessor)
                revoked += 1
        return revoked

    def read(self, place, version=None, namespace=None):
        """data and metadata of what stands there; nothing for what was deleted or never was."""
        answer = self.client.get(
            f"secret/data/{place}", params={"version": version} if version else {}, headers={"X-Vault-Namespace": namespace} if namespace else {}
        )
        assert answer.status_code in (200, 404), answer.text
        return answer.json()["data"] if answer.status_code == 200 else None

    def data(self, place, version=None):
        found = self.read(place, version)
        return found["data"] if found else None

    def version(self, place):
        """Of the latest, be it deleted."""
        return self.client.get(f"secret/metadata/{place}").json()["data"]["current_version"]

    def seal(self):
        self.write("sys/seal", method="PUT")

    def unseal(self):
        (key,) = re.findall(r"^Unseal Key: (\S+)", self.process.stdout_path.read_text(), re.MULTILINE)
        self.write("sys/unseal", method="PUT", key=key)
        eventually(lambda: self.client.get("sys/health").status_code == 200, "OpenBao to be unsealed")
