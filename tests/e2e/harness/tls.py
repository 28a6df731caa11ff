"""A certificate for 127.0.0.1 that only this run trusts."""
from harness.process import find_program, run


def make_certificate(folder):
    """Returns the paths of certificate and key."""
    certificate, key = folder / "server.pem", folder / "server.key"
    made = run([
        find_program("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-keyout", key, "-out", certificate,
    ])
    assert made.returncode == 0, made.stderr
    return certificate, key
