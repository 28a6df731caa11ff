"""Folders for programs that must not run as root."""
import contextlib
import os
import pathlib
import shutil
import tempfile


@contextlib.contextmanager
def folder(name):
    """In the system's directory for temporary files and open to pass through: pytest's own is closed to other users, and a path under it
    would be too long for a Unix socket."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=f"latchkey-{name}-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def owned_by(user, path):
    """Makes a folder that belongs to `user` if this is root, or to ourselves."""
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(path, user, user)
    return path


def as_user(user):
    """What to put before a command, so that it runs as `user` when root starts it and ends with whoever started it."""
    drop = ["--reuid", user, "--regid", user, "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig", "INT", *drop, "--"]
