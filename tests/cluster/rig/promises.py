"""What was promised of a key, and when; and whether what callers saw keeps it.

Two promises are judged. A complete receipt: no request that is sent after it has arrived is accepted. And any answer at all: what was
committed holds everywhere once max_staleness has passed, where nodes deny when they are stale.
"""
import time
from dataclasses import dataclass, field

# How much later than the answer the second promise is judged: the bound of drift, and the margin that receipts use too.
_DRIFT, _MARGIN_S = 1.001, 0.1


@dataclass
class Promise:
    watched: object
    by: str  # the node that was asked
    how: str
    answered_ns: int
    receipt: dict | None
    max_staleness_s: float
    judged_from_ns: int = field(init=False)

    def __post_init__(self):
        later = self.answered_ns + int((self.max_staleness_s * _DRIFT + _MARGIN_S) * 1e9)
        self.judged_from_ns = self.answered_ns if self.complete else later

    @property
    def complete(self):
        return bool(self.receipt and self.receipt["complete"])

    @property
    def states(self):
        return {node["name"]: node["state"] for node in self.receipt["nodes"]} if self.receipt else {}

    def broken(self):
        """In words, or None."""
        over_ns = self.watched.last_accepted_ns - self.judged_from_ns
        if over_ns <= 0:
            return None
        return (
            f"{self.watched.key.id}, {self.how} at {self.by}: {self.watched.accepted_by} accepted a request that was sent "
            f"{over_ns / 1e6:.1f} ms after {'the complete receipt' if self.complete else 'its lease must have been over'}: {self.receipt}"
        )


# Each forbids a key; each answers with a receipt when it is asked to wait.
def _revoke(node, key, params):
    return node.operator.post(f"{node.keys_path(key)}/revoke", json={}, params=params, timeout=20)


def _disable(node, key, params):
    return node.operator.post(f"{node.keys_path(key)}/disable", json={}, params=params, timeout=20)


def _suspend(node, key, params):
    return node.operator.patch(node.tenant_path(key.tenant_id), json={"status": "suspended"}, params=params, timeout=20)


WAYS = {"revoked": _revoke, "disabled": _disable, "suspended": _suspend}


def forbid(node, watched, how, wait_timeout_s, max_staleness_s):
    """A promise, or None if nobody promised anything. Raises httpx.HTTPError where no answer came."""
    answer = WAYS[how](node, watched.key, {"wait": "all", "wait_timeout": wait_timeout_s})
    now = time.monotonic_ns()
    if answer.status_code != 200:
        return None
    return Promise(watched, node.name, how, now, answer.json().get("receipt"), max_staleness_s)
