# The console: console/dist, which CMake puts into the binary. Built anew only when what goes into it changed.
# shellcheck shell=bash
use node

console_sources() {
  find console \( -name node_modules -o -name dist -o -name test-output -o -name '*.tsbuildinfo' \) -prune -o -type f -print0 |
    sort -z
}

# The one input from outside its folder is the contract that its types are made from.
console_hash() {
  local files=()
  mapfile -d '' files < <(console_sources)
  hash_of "${files[@]}" api/openapi.yaml
}

# npm packages of the console, as its lock file says.
ensure_console_packages() {
  ensure_node
  local hash
  hash=$(hash_of console/package-lock.json)-$(node --version)
  if stamp_is console-packages "$hash" && [[ -d console/node_modules ]]; then return; fi
  say "Installing the console's npm packages."
  npm_quietly console ci
  stamp console-packages "$hash"
}

build_console() {
  local hash
  hash=$(console_hash)
  if stamp_is console "$hash" && [[ -f console/dist/index.html ]]; then return; fi
  ensure_console_packages
  say "Building the console."
  npm_quietly console run build
  [[ -f console/dist/index.html ]] || die "The console's build left no console/dist/index.html."
  stamp console "$hash"
}
