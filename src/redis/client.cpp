#include "redis/client.h"

#include <openssl/evp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "base/log.h"

namespace latchkey::redis {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kLearnAgainNs = 100 * kMs;    // at the earliest, when a slot has moved
constexpr std::int64_t kLearnEveryNs = 1'000 * kMs;  // while a server of the cluster is down
constexpr std::int64_t kMostRetryNs = 1'000 * kMs;
constexpr int kPollMs = 5;  // while answers are owed, so that a late one is told soon

std::string sha1_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  LK_CHECK(EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) == 1);
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

}  // namespace

Client::Client(const Server& server, std::string script, const Clock& clock, Ticks ticks)
    : server_(server),
      script_(std::move(script)),
      sha_(sha1_hex(script_)),
      clock_(clock),
      ticks_(std::move(ticks)),
      slots_(kSlots, nullptr) {}

Result<void> Client::start() {
  LK_ASSIGN(tls_, make_tls_context(server_));
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_ < 0) return latchkey::fail(ErrorCode::kUnavailable, "No more files can be opened.");
  nodes_.push_back(std::make_unique<Node>(server_.addresses.front(), tls_.get()));
  thread_ = std::thread([this] { run(); });
  return {};
}

void Client::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
  thread_.join();
  ::close(wake_);
}

bool Client::ask(std::unique_ptr<Call>& call) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMaxWaiting) return false;
    call->asked_ns = clock_.steady_ns();
    first = waiting_.empty();
    waiting_.push_back(std::move(call));
  }
  const std::uint64_t one = 1;
  if (first) (void)!::write(wake_, &one, sizeof one);
  return true;
}

void Client::run() {
  while (!stopping_) {
    send_waiting();
    const std::int64_t now = clock_.steady_ns();
    look_after(now);
    if (now - ticked_ns_ >= ticks_.every_ms * kMs) {
      ticked_ns_ = now;
      if (ticks_.at_tick) ticks_.at_tick();
      send_waiting();
    }
    wait_for_events();
  }
  for (const auto& node : nodes_) give_up(*node, "stopping", clock_.steady_ns());
  std::vector<std::unique_ptr<Call>> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(waiting_);
  }
  for (auto& call : left) fail(std::move(call));
}

void Client::fail(std::unique_ptr<Call> call) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  call->failed();
}

std::string Client::script_command(const Call& call, bool whole) const {
  return whole ? command({"EVAL", script_}, call.arguments) : command({"EVALSHA", sha_}, call.arguments);
}

void Client::send_waiting() {
  std::vector<std::unique_ptr<Call>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(waiting_);
  }
  for (auto& call : calls) {
    Node* const node = node_of(call->slot);
    if (node == nullptr || !node->ready) {
      fail(std::move(call));
    } else {
      const std::int64_t asked_ns = call->asked_ns;
      send(*node, {.call = std::move(call), .sent_ns = asked_ns});
    }
  }
  // Not waiting for the next look at what can be written saves a turn of the loop; what breaks is found there.
  if (calls.empty()) return;
  for (const auto& node : nodes_) {
    if (node->ready && node->connection.unsent() > 0) (void)node->connection.handle(0, [](const redisReply&) {});
  }
}

void Client::send(Node& node, Pending pending) {
  node.connection.send(script_command(*pending.call, pending.whole));
  node.pending.push_back(std::move(pending));
}

Node* Client::node_of(std::uint16_t slot) { return is_cluster_ ? slots_[slot] : nodes_.front().get(); }

Node& Client::node_at(const Address& address) {
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    if (nodes_[i]->address == address) return *nodes_[i];
  }
  return *nodes_.emplace_back(std::make_unique<Node>(address, tls_.get()));
}

// Connects, notes what is late, and gives up what is dead.
void Client::look_after(std::int64_t now) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = *nodes_[i];
    if (!node.connection.is_open()) {
      if (node.wanted && now >= node.retry_ns) connect(node, now);
      continue;
    }
    if (node.pending.empty() && !node.ready && now - node.opened_ns > kDeadNs) {
      give_up(node, "it does not answer", now);
      continue;
    }
    bool is_late = false;
    for (Pending& each : node.pending) {
      if (now - each.sent_ns <= kLateNs) break;
      if (each.kind != Pending::Kind::kCall) continue;
      is_late = true;
      if (each.is_late) continue;
      each.is_late = true;
      late_.fetch_add(1, std::memory_order_relaxed);
      each.call->late();
    }
    if (!node.pending.empty() && now - node.pending.front().sent_ns > kDeadNs) {
      give_up(node, "it does not answer", now);
    } else if (is_late != node.late) {
      node.late = is_late;
      publish();
    }
  }
  ask_for_slots(now);
}

void Client::ask_for_slots(std::int64_t now) {
  Node& scout = *nodes_.front();
  if (!is_cluster_ || !scout.ready) return;
  const std::int64_t since = now - learned_ns_;
  if (!(must_learn_ && since > kLearnAgainNs) && !(!is_all_up() && since > kLearnEveryNs)) return;
  must_learn_ = false;
  learned_ns_ = now;
  scout.connection.send(command({"CLUSTER", "SLOTS"}));
  scout.pending.push_back({.kind = Pending::Kind::kSlots, .sent_ns = now});
}

void Client::wait_for_events() {
  std::vector<pollfd> polled = {{wake_, POLLIN, 0}};
  std::vector<Node*> of;
  bool owed = false;
  for (const auto& node : nodes_) {
    owed |= !node->pending.empty();
    if (!node->connection.is_open()) continue;
    polled.push_back({node->connection.descriptor(), node->connection.events(), 0});
    of.push_back(node.get());
  }
  const int wait_ms = owed ? kPollMs : static_cast<int>(ticks_.every_ms);
  if (::poll(polled.data(), polled.size(), wait_ms) <= 0) return;
  if ((polled.front().revents & POLLIN) != 0) {
    std::uint64_t count;
    (void)!::read(wake_, &count, sizeof count);
  }
  for (std::size_t i = 0; i < of.size(); ++i) {
    Node& node = *of[i];
    const short revents = polled[i + 1].revents;
    if (revents == 0) continue;
    const bool whole = node.connection.handle(revents, [&](const redisReply& reply) { take_reply(node, reply); });
    if (!whole) give_up(node, node.connection.error(), clock_.steady_ns());
  }
}

void Client::connect(Node& node, std::int64_t now) {
  if (&node == nodes_.front().get()) node.address = server_.addresses[seed_ % server_.addresses.size()];
  node.opened_ns = now;
  if (!node.connection.open(node.address)) return give_up(node, node.connection.error(), now);
  const auto greet = [&](Pending::Kind kind, std::string text) {
    node.connection.send(text);
    wipe(text);
    node.pending.push_back({.kind = kind, .sent_ns = now});
  };
  if (!server_.password.empty()) {
    greet(Pending::Kind::kAuth, server_.user.empty() ? command({"AUTH", server_.password.expose()})
                                                     : command({"AUTH", server_.user, server_.password.expose()}));
  }
  if (server_.database != 0) greet(Pending::Kind::kSelect, command({"SELECT", std::to_string(server_.database)}));
  if (&node == nodes_.front().get()) greet(Pending::Kind::kSlots, command({"CLUSTER", "SLOTS"}));
  greet(Pending::Kind::kLoad, command({"SCRIPT", "LOAD", script_}));
}

void Client::give_up(Node& node, const std::string& why, std::int64_t now) {
  if (node.attempts == 0 && !stopping_) {
    log::warn("redis.lost", {{"server", node.address.to_string()}, {"error", why}});
  }
  // The first attempt is made at once: a server that was restarted is there again.
  node.retry_ns = now + (node.attempts == 0 ? 0 : std::min(kMostRetryNs, 25 * kMs << std::min(node.attempts, 6)));
  ++node.attempts;
  failures_.fetch_add(1, std::memory_order_relaxed);
  node.connection.close();
  node.ready = node.late = false;
  if (&node == nodes_.front().get()) ++seed_;
  publish();
  std::deque<Pending> lost;
  lost.swap(node.pending);
  for (Pending& each : lost) {
    if (each.call != nullptr) fail(std::move(each.call));
  }
}

// What callers see; and the first time that all is well, or no longer.
void Client::publish() {
  bool all = true;
  for (std::uint16_t slot = 0; slot < kSlots; ++slot) {
    const Node* const node = node_of(slot);
    const bool up = node != nullptr && node->is_up();
    all &= up;
    if (up_[slot].load(std::memory_order_relaxed) != up) up_[slot].store(up, std::memory_order_relaxed);
  }
  if (all_up_.exchange(all) == all || stopping_) return;
  if (all) {
    log::info("limits.shared", {{"server", nodes_.front()->address.to_string()}});
  } else {
    log::warn("limits.fallback",
              {{"why", "Redis does not answer; limits are shared out among the nodes until it does."}});
  }
}

}  // namespace latchkey::redis
