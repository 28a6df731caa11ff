# The C++ side: configure a preset of CMakePresets.json, build targets of it.
# shellcheck shell=bash

export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
# Paths below the working copy are hashed relative to it, so that a second clone finds what the first compiled.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$ROOT} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

# configure PRESET: CMake runs again by itself when its files change; it can't see that the console did.
configure() {
  local preset=$1 hash
  hash=$(cat "$STAMPS/console" 2>/dev/null || true)
  if [[ -f $BUILD_DIR/$preset/build.ninja ]] && stamp_is "configured-$preset" "$hash"; then return; fi
  cmake --preset "$preset" -Wno-dev >"$BUILD_DIR/configure-$preset.log" 2>&1 || {
    tail -n 40 "$BUILD_DIR/configure-$preset.log" >&2
    return 1
  }
  stamp "configured-$preset" "$hash"
}

# build_native PRESET TARGET...
build_native() {
  local preset=$1
  shift
  mkdir -p "$BUILD_DIR"
  configure "$preset" || return 1
  say "Building $preset: $*"
  local quiet=()
  # On a terminal ninja rewrites one line; elsewhere that would be a line for each file.
  [[ -t 1 ]] || quiet=(--quiet)
  ninja -C "$BUILD_DIR/$preset" -j "$(jobs_for_this_machine)" "${quiet[@]}" "$@"
}
