# ./dev clean
# shellcheck shell=bash

task_clean() {
  case ${1:-} in
    '')
      rm -rf -- "$BUILD_DIR" console/dist console/test-output
      say "Removed build/ and the console's output. The demo's data is in .latchkey/ still; ./dev clean --all removes it too."
      ;;
    --all)
      rm -rf -- "$BUILD_DIR" console/dist console/test-output console/node_modules "$ROOT/.latchkey"
      say "Removed all that building and running left here, the demo's data included."
      ;;
    *)
      cat <<'HELP'
./dev clean [--all]

Removes build/ and the console's output; with --all also the console's npm packages and the demo's data (.latchkey/).
HELP
      ;;
  esac
}
