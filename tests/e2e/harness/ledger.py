"""Every secret that a run makes, and every directory in which a server keeps data, so that the last test can look for
the one in the other."""

SECRETS = {}
# Secrets that a test put into an address. Gateways log addresses, which is why Latchkey refuses such requests; its own
# logs must not hold them even so.
EXPOSED = set()
# Worth nothing without the session whose cookie they go with, so that a database may hold them.
CSRF_TOKENS = set()
DATA_DIRECTORIES = []
CLI_OUTPUTS = []


def remember(secret, what):
    """Returns the secret, so that a call can be wrapped around where it is made."""
    assert secret and len(secret) >= 12, f"{what} is too short to be looked for"
    SECRETS[secret] = what
    return secret
