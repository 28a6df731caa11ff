# Node.js new enough for the console's build: the machine's own, or one from npm under build/node.
# shellcheck shell=bash
use packages

# What Vite asks for: ^20.19 or >= 22.12.
node_is_new_enough() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  ((major == 20 && minor >= 19)) || ((major == 22 && minor >= 12)) || ((major >= 23))
}

# Leaves `node` and `npm` that fit first in PATH. Debian 12's Node.js is too old for Vite but good enough to run npm,
# which then fetches the pinned node and npm of tools/dev/node (checked against its lock file; no install script runs).
ensure_node() {
  if command -v npm >/dev/null && node_is_new_enough node; then return; fi
  local ours=$BUILD_DIR/node hash
  hash=$(hash_of tools/dev/node/package-lock.json)
  if ! stamp_is node "$hash" || ! node_is_new_enough "$ours/bin/node"; then
    if ! command -v npm >/dev/null; then ensure_packages node; fi
    say "Node.js here is $(node --version 2>/dev/null || say absent); fetching a newer one into build/node."
    mkdir -p "$ours"
    cp tools/dev/node/package.json tools/dev/node/package-lock.json tools/dev/node/.npmrc "$ours/"
    npm_quietly "$ours" ci --ignore-scripts
    # By hand, because npm 9 links no program of the name "node".
    mkdir -p "$ours/bin"
    (
      cd "$ours/bin" || exit
      ln -sf ../node_modules/node-linux-*/bin/node node
      ln -sf ../node_modules/npm/bin/npm-cli.js npm
      ln -sf ../node_modules/npm/bin/npx-cli.js npx
    )
    node_is_new_enough "$ours/bin/node" ||
      die "npm brought no Node.js that runs on this machine ($(uname -m)). Install Node.js 22.12 or newer, with npm, and try again."
    stamp node "$hash"
  fi
  export PATH=$ours/bin:$PATH
}

# npm_quietly FOLDER ARGUMENT...: npm without advertisements; what it says is shown only if it fails.
npm_quietly() {
  local folder=$1 said
  shift
  said=$(cd "$folder" && NO_UPDATE_NOTIFIER=1 npm --no-fund --no-audit --no-progress "$@" 2>&1) || {
    note "$said"
    die "\"npm $*\" failed in ${folder#"$ROOT"/}; what it said is above."
  }
}
