# The tests' Python packages, in build/venv: exactly those that tests/requirements.txt names, by hash.
# shellcheck shell=bash
use packages

VENV=$BUILD_DIR/venv

ensure_venv() {
  ensure_packages build
  # Debian's own Python, so that one found first in PATH does not decide what the tests run with.
  local python=/usr/bin/python3 hash
  [[ -x $python ]] || python=python3
  hash=$(hash_of tests/requirements.txt)-$("$python" --version | tr ' ' '-')
  if stamp_is venv "$hash" && [[ -x $VENV/bin/pytest ]]; then return; fi
  say "Installing the tests' Python packages into build/venv."
  rm -rf -- "$VENV"
  "$python" -m venv "$VENV" || die "Python could not make a virtual environment in build/venv."
  "$VENV/bin/pip" --disable-pip-version-check --quiet install --require-hashes --only-binary :all: -r tests/requirements.txt ||
    die "pip could not install tests/requirements.txt; what it said is above."
  stamp venv "$hash"
}
