# ./dev run
# shellcheck shell=bash
use build

CONSOLE=127.0.0.1:8080
GATEWAY=127.0.0.1:8081
CHECK=127.0.0.1:8082
SAMPLE=127.0.0.1:9000
DEMO_TENANT=Demo
DEMO_EMAIL=admin@demo.example

run_help() {
  cat <<HELP
./dev run [options]

Builds, then starts Latchkey with a demo tenant in front of a sample API, and prints where to sign in and how to make the
first request. Ctrl-C stops it. What it keeps (keys, the demo sign-in, logs) is in \${LATCHKEY_HOME:-.latchkey}, so the
next run goes on where this one stopped.

  --console ADDR:PORT   console and management API   ($CONSOLE)
  --gateway ADDR:PORT   gateway                      ($GATEWAY)
  --check ADDR:PORT     check endpoints              ($CHECK)
  --sample ADDR:PORT    the sample API               ($SAMPLE)
  --fresh               forget the keys and the tenant of earlier runs, and start over
HELP
}

read_run_options() {
  FRESH=
  while (($# > 0)); do
    case $1 in
      --console | --gateway | --check | --sample)
        [[ ${2:-} =~ ^[^:]+:[0-9]+$|^\[.+\]:[0-9]+$ ]] || die "$1 wants ADDR:PORT, such as 127.0.0.1:8090."
        local name=${1#--}
        printf -v "${name^^}" '%s' "$2"
        shift 2
        ;;
      --fresh)
        FRESH=yes
        shift
        ;;
      *) die "./dev run does not know \"$1\"; see ./dev run --help." ;;
    esac
  done
}

# The state holds a data directory, peppers included, and a password: for this user alone.
prepare_state() {
  STATE=${LATCHKEY_HOME:-$ROOT/.latchkey}
  SIGN_IN=$STATE/demo-sign-in.json
  mkdir -p "$STATE"
  chmod 700 "$STATE"
  # Held until this shell ends, however it ends.
  exec {RUN_LOCK}>"$STATE/run.lock"
  flock --nonblock "$RUN_LOCK" ||
    die "./dev run is at work already with the data in ${STATE/#"$ROOT/"}. Stop it with Ctrl-C in its terminal, or set LATCHKEY_HOME to another directory."
}

refuse_busy_port() {
  local what=$1 option=$2 address=${3%:*} port=${3##*:} listener
  (exec 3<>"/dev/tcp/$(tr -d '[]' <<<"$address")/$port") 2>/dev/null || return 0
  listener=$(command -v ss >/dev/null && ss -Hltnp "sport = :$port" 2>/dev/null |
    sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ (\1, process \2)/p' | head -n 1) || true
  die "Port $port on $address, meant for $what, is already in use$listener. Stop what listens there, or choose another: ./dev run $option $address:$((port + 100))"
}

refuse_busy_ports() {
  refuse_busy_port "the console" --console "$CONSOLE"
  refuse_busy_port "the gateway" --gateway "$GATEWAY"
  refuse_busy_port "the check endpoints" --check "$CHECK"
  refuse_busy_port "the sample API" --sample "$SAMPLE"
}

# init tells the password once; the demo keeps it, so that each run can show it. A real installation must not.
init_demo() {
  if [[ -n $FRESH ]]; then rm -rf -- "$STATE/data" "$SIGN_IN"; fi
  if [[ -f $SIGN_IN && -d $STATE/data ]]; then return; fi
  if [[ -e $STATE/data ]]; then
    die "${STATE/#"$ROOT/"}/data is there but its sign-in is not (an interrupted first run?). ./dev run --fresh starts over, without the keys in it."
  fi
  say "First run: making the demo tenant."
  "$LATCHKEY" init --data "$STATE/data" --tenant "$DEMO_TENANT" --admin-email "$DEMO_EMAIL" >"$SIGN_IN.new" ||
    die "\"latchkey init\" failed; what it said is above."
  mv "$SIGN_IN.new" "$SIGN_IN"
}

# start NAME COMMAND...: in the background, logging to the state. It is told to stop if this shell dies, even by SIGKILL.
start() {
  local name=$1
  shift
  setpriv --pdeathsig TERM -- "$@" >"$STATE/$name.log" 2>&1 {RUN_LOCK}>&- &
  PIDS[$name]=$!
}

start_all() {
  declare -gA PIDS=()
  trap stop_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  start sample-api "$LATCHKEY" sample-api --listen "$SAMPLE"
  start latchkey "$LATCHKEY" serve --data "$STATE/data" --catalog "$ROOT/catalogs/optimove.yaml" \
    --upstream "http://$SAMPLE" --console "$CONSOLE" --gateway "$GATEWAY" --check "$CHECK"
}

# First Latchkey, which finishes requests in flight, then what it asks.
stop_all() {
  trap '' INT TERM HUP
  local name
  for name in latchkey sample-api; do
    kill -TERM "${PIDS[$name]}" 2>/dev/null || continue
    wait "${PIDS[$name]}" 2>/dev/null || true
  done
  say "Stopped."
}

# The one of the two that ended, if any.
ended() {
  local name
  for name in "${!PIDS[@]}"; do
    kill -0 "${PIDS[$name]}" 2>/dev/null || say "$name"
  done
}

die_of() {
  note "$1 stopped. The end of its log, ${STATE/#"$ROOT/"}/$1.log:"
  tail -n 15 "$STATE/$1.log" >&2
  exit 1
}

await_ready() {
  local tries gone
  for ((tries = 0; tries < 600; ++tries)); do
    gone=$(ended)
    [[ -z $gone ]] || die_of "${gone%%$'\n'*}"
    if curl --silent --fail --output /dev/null --noproxy '*' "http://$CONSOLE/readyz" &&
      curl --silent --fail --output /dev/null --noproxy '*' "http://$SAMPLE/healthz"; then return; fi
    sleep 0.1
  done
  die "Latchkey was not ready within a minute; its log is ${STATE/#"$ROOT/"}/latchkey.log."
}

sign_in_field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$SIGN_IN" "$1"; }

introduce() {
  cat <<TEXT

Latchkey is running. Ctrl-C stops it.

  Console    http://$CONSOLE
  Email      $(sign_in_field admin_email)
  Password   $(sign_in_field admin_password)
             (for this demo only: kept in ${SIGN_IN/#"$ROOT/"}, which only you can read)

  Gateway    http://$GATEWAY, in front of the sample API on $SAMPLE
  Check      http://$CHECK/authz, for nginx, Caddy and other gateways
  API        http://$CONSOLE/docs
  Logs       ${STATE/#"$ROOT/"}/latchkey.log

Make a key in the console: "+ New API Key", "Activate key". Then, in another terminal (the first line reads the key
unseen, so that it stays out of the shell's history):

  read -rs KEY
  curl -H "X-API-KEY: \$KEY" 'http://$GATEWAY/current/general/GetLastDataUpdate'

TEXT
}

task_run() {
  if wants_help "$@"; then
    run_help
    return
  fi
  read_run_options "$@"
  prepare_state
  refuse_busy_ports
  build_release || die "The build failed; what the compiler said is above."
  LATCHKEY=$BUILD_DIR/release/latchkey
  umask 077
  init_demo
  start_all
  await_ready
  introduce
  # Returns when either ends; a signal runs its trap instead.
  wait -n || true
  die_of "$(ended | head -n 1)"
}
