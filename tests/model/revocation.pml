/* The protocol of docs/revocation.md, for Spin. check.py runs it: as it is, which must find nothing, and with each rule left
 * out (-DWITHOUT_...), where Spin must find how a key is accepted that a receipt said was refused everywhere.
 *
 * Two database servers (0, the primary, and 1, its synchronous standby, which may be promoted while 0 still runs), N
 * incarnations of nodes (a restart is another incarnation), one waiter who revokes a key and asks for a receipt, whoever
 * forgets rows of nodes, callers who ask each node once the receipt is there, and a clock.
 *
 * Any process may stand still between two steps while the clock goes on: so pauses, slow networks, messages under way and
 * partitions are every order of steps, and need no steps of their own. A crash is a process that ends.
 *
 * Time is discrete. M ticks are max_staleness; over M ticks a clock is wrong by one tick at most: a node's may be slow, for
 * that is what could harm it, the waiter's and the forgetter's fast. Nobody reads a wall clock.
 */

#ifndef N
#define N 2
#endif
#ifndef M
#define M 3
#endif

/* What a lease lasts by the node's clock, and what the others wait by theirs: less, and more, than M by what clocks drift. */
#ifdef WITHOUT_NODE_MARGIN
#define LEASE M
#else
#define LEASE (M - 1)
#endif
#ifdef WITHOUT_WAITER_MARGIN
#define SURELY_OVER M
#else
#define SURELY_OVER (M + 1)
#endif

/* Changes, each with its own mark. REVOKED_AGAIN is the same revocation, run again after the first try was found lost. */
#define NOTHING 0
#define REVOKED 1
#define REVOKED_AGAIN 2
#define OTHER 3

/* --- the two servers: a feed of at most two changes, and a row for each incarnation --- */
byte head[2];
byte first_change[2];
byte second_change[2];
bool row[2 * N];
byte row_position[2 * N];
bool promoted;

#define AT(server, i) ((server) * N + (i))
#define CHANGE(server, sequence) \
  ((sequence) == 0 -> NOTHING : ((sequence) > head[server] -> NOTHING : ((sequence) == 1 -> first_change[server] : second_change[server])))

/* Servers that clients may talk to, and those that a transaction can commit on: a primary that was cut off from its standby
 * waits for it for ever. */
#define REACHABLE(server) ((server) == 0 || promoted)
#ifdef WITHOUT_SYNCHRONOUS_STANDBY
#define COMMITS(server) REACHABLE(server)
#else
#define COMMITS(server) ((server) == (promoted -> 1 : 0))
#endif

/* The standby has all that the primary has. Every commit that is acknowledged brings it along, since the log has one order. */
inline replicate() {
  head[1] = head[0];
  first_change[1] = first_change[0];
  second_change[1] = second_change[0];
  k = 0;
  do
  :: k < N -> row[AT(1, k)] = row[AT(0, k)]; row_position[AT(1, k)] = row_position[AT(0, k)]; k++
  :: else -> break
  od;
  k = 0
}

inline acknowledge(server) {
#ifndef WITHOUT_SYNCHRONOUS_STANDBY
  if
  :: server == 0 -> replicate()
  :: else
  fi
#else
  skip
#endif
}

inline append(server, change) {
  if
  :: head[server] == 0 -> first_change[server] = change
  :: else -> second_change[server] = change
  fi;
  head[server] = head[server] + 1
}

/* --- incarnations of nodes --- */
#define NEW 0
#define SERVING 1
#define STOPPED 2
byte state[N];
bool denies_when_stale[N];
byte position[N];
byte first_applied[N];
byte second_applied[N];
#define APPLIED(i, sequence) \
  ((sequence) == 0 -> NOTHING : ((sequence) > position[i] -> NOTHING : ((sequence) == 1 -> first_applied[i] : second_applied[i])))
#define REFUSES(i) \
  (first_applied[i] == REVOKED || first_applied[i] == REVOKED_AGAIN || second_applied[i] == REVOKED || second_applied[i] == REVOKED_AGAIN)

/* A heartbeat under way: what was sent, how long a lease from it would still last, and the head that was answered. */
#define NONE 0
#define SENT 1
#define ANSWERED 2
byte beat[N];
byte sent_position[N];
byte sent_mark[N];
byte offer[N];
bool offer_slack[N];
byte answered_head[N];
byte answered_mark[N];

byte lease[N];
bool lease_slack[N];
bool decides[N];  /* has been current once */
bool beats_seen[N];  /* the row's count of heartbeats has changed since the forgetter looked */

/* --- the waiter, and the forgetter's clock --- */
bool complete;
byte revoked_at;
byte revoked_mark;
byte waited;
bool waited_slack;
byte forgetting;
bool forgetting_slack;

/* ------------------------------------------------------------------------------------------------------------------ */

/* Ticks only while something depends on it, so that there are finitely many states. */
active proctype Clock() {
  byte i;
end:
  do
  :: atomic {
       i = 0;
       do
       :: i < N ->
          if
          :: offer[i] > 0 && offer_slack[i] -> offer_slack[i] = false
          :: offer[i] > 0 -> offer[i]--; offer_slack[i] = (offer[i] > 0 && offer_slack[i])
          :: offer[i] == 0
          fi;
          if
          :: lease[i] > 0 && lease_slack[i] -> lease_slack[i] = false
          :: lease[i] > 0 -> lease[i]--; lease_slack[i] = (lease[i] > 0 && lease_slack[i])
          :: lease[i] == 0
          fi;
          i++
       :: else -> break
       od;
       i = 0;
       if
       :: waited > 1 && waited_slack -> waited = waited - 2; waited_slack = false
       :: waited > 0 -> waited--; waited_slack = (waited > 1 && waited_slack)
       :: waited == 0
       fi;
       if
       :: forgetting > 1 && forgetting_slack -> forgetting = forgetting - 2; forgetting_slack = false
       :: forgetting > 0 -> forgetting--; forgetting_slack = (forgetting > 1 && forgetting_slack)
       :: forgetting == 0
       fi
     }
  od
}

inline load(server) {
  position[i] = head[server];
  first_applied[i] = CHANGE(server, 1);
  second_applied[i] = CHANGE(server, 2)
}

/* Takes what a server has: a change after the other, or everything anew when the server's history is another one. That other one
 * has to be today's: on a connection to the old primary, it may be the past. */
#ifdef WITHOUT_PROOF_BEFORE_RELOADING
#define MAY_RELOAD(server) REACHABLE(server)
#else
#define MAY_RELOAD(server) COMMITS(server)
#endif
inline follow(server) {
  if
#ifndef WITHOUT_MARKS_IN_FOLLOWING
  :: position[i] > head[server] || APPLIED(i, position[i]) != CHANGE(server, position[i]) ->
     if
     :: MAY_RELOAD(server) -> load(server)
     :: else
     fi
#endif
  :: else ->
     if
     :: position[i] < head[server] ->
        position[i] = position[i] + 1;
        if
        :: position[i] == 1 -> first_applied[i] = first_change[server]
        :: else -> second_applied[i] = second_change[server]
        fi
     :: else
     fi
  fi
}

/* A position is written only where the change at it is the one that was applied. */
#ifdef WITHOUT_MARKS_IN_POSITIONS
#define SAME_CHANGE(server, at, mark) true
#else
#define SAME_CHANGE(server, at, mark) ((at) <= head[server] && CHANGE(server, at) == (mark))
#endif
inline write_position(server, place, its_mark) {
  if
  :: !complete && row[AT(server, i)] && SAME_CHANGE(server, place, its_mark) -> row_position[AT(server, i)] = place
  :: else
  fi
}

inline send_heartbeat() {
  beat[i] = SENT;
  sent_position[i] = position[i];
  sent_mark[i] = APPLIED(i, position[i]);
  offer[i] = LEASE;
  offer_slack[i] = true
}

inline answer_heartbeat(server) {
  if
  :: row[AT(server, i)] ->
     write_position(server, sent_position[i], sent_mark[i]);
     beats_seen[i] = true;
     acknowledge(server);
     beat[i] = ANSWERED
  :: else ->
#ifdef WITHOUT_ROW_FOR_RENEWAL
     beat[i] = ANSWERED
#else
     beat[i] = NONE; offer[i] = 0; offer_slack[i] = false; state[i] = NEW  /* registers again, and goes on with what it has */
#endif
  fi;
  sent_position[i] = 0;
  sent_mark[i] = 0;
  if
  :: beat[i] == ANSWERED -> answered_head[i] = head[server]; answered_mark[i] = CHANGE(server, head[server])
  :: else
  fi
}

#ifdef WITHOUT_COMMIT_OF_HEARTBEATS
#define ANSWERS(server) REACHABLE(server)
#else
#define ANSWERS(server) COMMITS(server)
#endif
#ifdef WITHOUT_APPLYING_BEFORE_RENEWAL
#define CURRENT(i) true
#else
#ifdef WITHOUT_MARKS_IN_RENEWAL
#define CURRENT(i) (position[i] >= answered_head[i])
#else
#define CURRENT(i) (position[i] >= answered_head[i] && APPLIED(i, answered_head[i]) == answered_mark[i])
#endif
#endif

inline renew() {
  decides[i] = true;
#ifdef WITH_LEASE_FROM_ANSWER
  lease[i] = LEASE;
  lease_slack[i] = true;
#else
  lease[i] = offer[i];
  lease_slack[i] = offer_slack[i];
#endif
  beat[i] = NONE;
  offer[i] = 0;
  offer_slack[i] = false;
  answered_head[i] = 0;
  answered_mark[i] = 0
}

/* Then it loads, which is to follow from nothing on. */
inline register(server) {
  row[AT(server, i)] = true;
  row_position[AT(server, i)] = 0;
  beats_seen[i] = true;
  state[i] = SERVING;
  acknowledge(server)
}

/* Told without waiting for the standby: the old primary takes it, too. */
inline tell(server) {
  mark = APPLIED(i, position[i]);
  write_position(server, position[i], mark);
  mark = NOTHING
}

inline forget_everything() {
  position[i] = 0; first_applied[i] = 0; second_applied[i] = 0;
  beat[i] = NONE; offer[i] = 0; offer_slack[i] = false; lease[i] = 0; lease_slack[i] = false; decides[i] = false;
  sent_position[i] = 0; sent_mark[i] = 0; answered_head[i] = 0; answered_mark[i] = 0
}

#ifdef LIVENESS
/* For the question whether a wait ends: a node does one thing after the other, and what fails, fails a few times only. The
 * connection to the old primary is one of these failures. A node that ends for ever is one that denies when stale: the row of
 * another stays, and its receipts are never complete. */
byte failures = 2;

#define ON_EITHER(may_be_old, step) \
  if \
  :: d_step { !promoted -> step(0) } \
  :: d_step { promoted -> step(1) } \
  :: d_step { may_be_old && promoted && failures > 0 -> failures--; step(0) } \
  fi

proctype Node(byte i) {
  byte k;
  byte mark;
  ON_EITHER(false, register);
end:
  do
  :: ON_EITHER(true, follow);
     ON_EITHER(true, tell);
     d_step { send_heartbeat() };
     if
     :: ON_EITHER(false, answer_heartbeat)
     :: d_step { failures > 0 -> failures--; beat[i] = NONE; offer[i] = 0; offer_slack[i] = false }
     :: d_step { failures > 0 && denies_when_stale[i] -> state[i] = STOPPED; forget_everything() } -> break
     fi;
     d_step {
       if
       :: beat[i] == ANSWERED && CURRENT(i) -> renew()
       :: else -> beat[i] = NONE; offer[i] = 0; offer_slack[i] = false; answered_head[i] = 0; answered_mark[i] = 0
       fi
     }
  od
}

ltl a_wait_ends { <> complete }
#else
proctype Node(byte i) {
  byte k;
  byte mark;
end:
  do
  :: d_step { state[i] == NEW && COMMITS(0) -> register(0) }
  :: d_step { state[i] == NEW && COMMITS(1) -> register(1) }
  :: d_step { state[i] == SERVING -> follow(0) }
  :: d_step { state[i] == SERVING && promoted -> follow(1) }
  :: d_step { state[i] == SERVING -> tell(0) }
  :: d_step { state[i] == SERVING && promoted -> tell(1) }
  :: d_step { state[i] == SERVING && beat[i] == NONE -> send_heartbeat() }
  :: d_step { beat[i] == SENT && ANSWERS(0) -> answer_heartbeat(0) }
  :: d_step { beat[i] == SENT && promoted -> answer_heartbeat(1) }
  :: d_step { beat[i] == SENT -> beat[i] = NONE; offer[i] = 0; offer_slack[i] = false; sent_position[i] = 0; sent_mark[i] = 0 }
  :: d_step { beat[i] == ANSWERED && state[i] == SERVING && CURRENT(i) -> renew() }
  /* Ends, at any moment. A clean end takes the row along. */
  :: d_step { state[i] != STOPPED -> state[i] = STOPPED; forget_everything() } -> break
#ifdef WITH_ROW_REMOVED_FIRST
  :: d_step { state[i] == SERVING && COMMITS(0) -> row[AT(0, i)] = false; acknowledge(0) }
#else
  :: d_step { state[i] == SERVING && COMMITS(0) -> state[i] = STOPPED; forget_everything(); row[AT(0, i)] = false; acknowledge(0) } -> break
  :: d_step { state[i] == SERVING && COMMITS(1) -> state[i] = STOPPED; forget_everything(); row[AT(1, i)] = false } -> break
#endif
  od
}
#endif

/* --- what a receipt says --- */
#ifdef WITH_SERVING_NODES_AS_STALE
#define OVER(i) (waited == 0)
#elif defined(WITHOUT_STALE_NODES)
#define OVER(i) false
#else
#define OVER(i) (waited == 0 && denies_when_stale[i])
#endif
#define CONFIRMED(server, i) (row_position[AT(server, i)] >= revoked_at)

/* `listed`: the incarnations that had a row when the waiter read them. */
inline read_nodes(server) {
  good = true;
  k = 0;
  do
  :: k < N ->
#ifdef WITH_NODES_READ_BEFORE_COMMIT
     if
     :: listed[k] && !CONFIRMED(server, k) && !OVER(k) -> good = false
#else
     if
     :: row[AT(server, k)] && !CONFIRMED(server, k) && !OVER(k) -> good = false
#endif
     :: else
     fi;
     k++
  :: else -> break
  od;
  k = 0
}

inline start_waiting(place, its_mark) {
  revoked_at = place;
  revoked_mark = its_mark;
  waited = SURELY_OVER;
  waited_slack = true
}

inline revoke(server, change) {
  append(server, change);
  acknowledge(server);
  start_waiting(head[server], change)
}

#define HAS(server) (CHANGE(server, 1) == REVOKED || CHANGE(server, 2) == REVOKED)
/* Rows are read only where the waiter's own change is, with its own mark. */
#ifdef WITHOUT_MARK_OF_THE_RECEIPT
#define SHOWS_IT(server) (head[server] >= revoked_at)
#else
#define SHOWS_IT(server) (CHANGE(server, revoked_at) == revoked_mark)
#endif

proctype Waiter() {
  byte k;
  bool good;
#ifdef WITH_NODES_READ_BEFORE_COMMIT
  bool listed[N];
  d_step {
    do
    :: k < N -> listed[k] = row[AT(0, k)]; k++
    :: else -> break
    od;
    k = 0
  }
#endif
  if
  :: d_step { COMMITS(0) && head[0] < 2 -> revoke(0, REVOKED) }
  :: d_step { COMMITS(1) && promoted && head[1] < 2 -> revoke(1, REVOKED) }
  /* The primary crashes in COMMIT and starts again: it has the change, its standby has not, and nobody was told. */
  :: d_step { head[0] < 2 -> append(0, REVOKED) };
     if
#ifdef WITH_SETTLING_BY_READING
     :: d_step { HAS(0) -> start_waiting((first_change[0] == REVOKED -> 1 : 2), REVOKED) }
#else
     /* Asks what became of it by a commit of its own, which the standby has to take after all that came before. */
     :: d_step { HAS(0) && COMMITS(0) -> acknowledge(0); start_waiting((first_change[0] == REVOKED -> 1 : 2), REVOKED) }
#endif
     :: d_step { promoted && HAS(1) -> start_waiting((first_change[1] == REVOKED -> 1 : 2), REVOKED) }
     :: d_step { promoted && !HAS(1) && head[1] < 2 -> revoke(1, REVOKED_AGAIN) }
     fi
  fi;
end:
  do
#ifdef LIVENESS
  :: d_step { !complete && !promoted && SHOWS_IT(0) -> read_nodes(0); complete = good; good = false }
#else
  :: d_step { !complete && SHOWS_IT(0) -> read_nodes(0); complete = good; good = false }
#endif
  :: d_step { !complete && promoted && SHOWS_IT(1) -> read_nodes(1); complete = good; good = false }
  :: complete -> break
  od
}

/* Forgets the row of a node that has been silent for longer than its lease can last, by its own clock. */
proctype Forgetter(byte i) {
  byte k;
end:
#ifndef WITH_FORGETTING_BY_WALL_CLOCK
  d_step { state[i] != NEW -> beats_seen[i] = false; forgetting = SURELY_OVER; forgetting_slack = true };
  forgetting == 0;
#endif
  if
#ifdef WITH_FORGETTING_BY_WALL_CLOCK
  :: d_step { state[i] != NEW && denies_when_stale[i] && COMMITS(0) -> row[AT(0, i)] = false; acknowledge(0) }
#else
#ifdef WITH_FORGETTING_OF_SERVING
  :: d_step { !beats_seen[i] && COMMITS(0) -> row[AT(0, i)] = false; acknowledge(0) }
#else
  :: d_step { !beats_seen[i] && denies_when_stale[i] && COMMITS(0) -> row[AT(0, i)] = false; acknowledge(0) }
  :: d_step { !beats_seen[i] && denies_when_stale[i] && promoted -> row[AT(1, i)] = false }
#endif
#endif
  :: beats_seen[i]
  fi
}

/* Another writer: its change is acknowledged, or only the primary has it (and shows it, once it has crashed and started again). */
proctype Writer() {
  byte k;
end:
  if
  :: d_step { COMMITS(0) && head[0] < 2 -> append(0, OTHER); acknowledge(0) }
  :: d_step { promoted && head[1] < 2 -> append(1, OTHER) }
  :: d_step { head[0] < 2 -> append(0, OTHER) }
  fi
}

proctype Operator() {
end:
  promoted = true
}

/* Whoever has the receipt sends a request: it is received after that, then the clock is read, then the key looked up. */
#ifdef WITHOUT_LEASE_BEFORE_DECIDING
#define READY(i) true
#else
#define READY(i) decides[i]
#endif
#define WOULD_DECIDE(i) (state[i] == SERVING && READY(i) && (lease[i] > 0 || !denies_when_stale[i]))
proctype Caller(byte i) {
#ifdef WITH_LOOK_UP_BEFORE_CLOCK
  bool refused;
end:
  complete;
  d_step { state[i] == SERVING -> refused = REFUSES(i) };
  d_step { WOULD_DECIDE(i) -> assert(refused) }
#else
end:
#ifdef WITH_CLOCK_READ_BEFORE_REQUEST
  WOULD_DECIDE(i);
  complete;
#else
  complete;
  WOULD_DECIDE(i);
#endif
  d_step { state[i] == SERVING -> assert(REFUSES(i)) }
#endif
}

init {
  byte i;
  atomic {
    do
    :: i < N ->
       if
       :: denies_when_stale[i] = true
       :: denies_when_stale[i] = false
       fi;
       run Node(i);
       run Caller(i);
       i++
    :: else -> break
    od;
    run Waiter();
#ifndef LIVENESS
    run Forgetter(N - 1);
#endif
    run Writer();
    run Operator()
  }
}
