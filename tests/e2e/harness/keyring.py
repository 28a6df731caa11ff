"""One key in every state that a decision depends on."""
from types import SimpleNamespace

from harness import ledger
from harness.latchkey import PLAIN
from harness.times import in_seconds
from harness.wait import eventually

CHANNELS, ATTRIBUTES = [504], ["Alias", "Country"]


def make_keyring(latchkey):
    ring = SimpleNamespace(
        admin=latchkey.create_key("admin"),
        transactional=latchkey.create_key("transactional"),
        integrations=latchkey.create_key("integrations"),
        limited=latchkey.create_key("integrations", channels=CHANNELS, attributes=ATTRIBUTES),
        # The tests come from 127.0.0.1, or from another loopback address that they name.
        bound=latchkey.create_key("admin", ip_ranges=["127.0.0.9", "2001:db8::/32"]),
        in_address=latchkey.create_key("admin"),
        disabled=latchkey.create_key("admin"),
        revoked=latchkey.create_key("admin"),
        expired=latchkey.create_key("admin", expires_at=in_seconds(2)),
    )
    suspended = latchkey.create_tenant()
    ring.suspended = latchkey.create_key("admin", tenant_id=suspended["id"])
    ledger.EXPOSED.add(ring.in_address.secret)
    latchkey.act(ring.disabled, "disable")
    latchkey.act(ring.revoked, "revoke")
    latchkey.patch_tenant(suspended["id"], status="suspended")
    eventually(lambda: latchkey.call(ring.expired, PLAIN).status == 401, "the short-lived key to expire")
    # Of the right form, but never made: the last characters are a checksum.
    ring.unknown = "lk_live_" + "0" * 32
    ring.unknown += checksum(ring.unknown)
    return ring


def checksum(text):
    """Six base62 characters of the CRC-32, as keys end."""
    import zlib

    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    value, out = zlib.crc32(text.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        out = digits[digit] + out
    return out
