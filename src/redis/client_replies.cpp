// What a client does with answers: those to its greeting, those that callers wait for, and where a slot has gone.
#include <hiredis/hiredis.h>

#include <charconv>

#include "base/log.h"
#include "redis/client.h"

namespace latchkey::redis {
namespace {

constexpr int kMaxRedirections = 5;
constexpr std::int64_t kComplainEveryNs = 1'000'000'000;  // of calls; there may be very many

// After which the server itself is of no use, not the call alone.
bool concerns_server(std::string_view error) {
  static constexpr std::string_view kCodes[] = {"READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH",
                                                "OOM",      "MISCONF", "NOPERM",     "NOREPLICAS"};
  for (const std::string_view code : kCodes) {
    if (error.starts_with(code) || error.find(fmt::format("-{} ", code)) != std::string_view::npos) return true;
  }
  return false;
}

std::string_view text_of(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view{} : std::string_view(reply.str, reply.len);
}

bool is_array_of(const redisReply& reply, std::size_t least) {
  return reply.type == REDIS_REPLY_ARRAY && reply.elements >= least;
}

}  // namespace

void Client::take_reply(Node& node, const redisReply& reply) {
  if (node.pending.empty()) return;  // nobody asked; what follows is not to be trusted, but changes nothing
  Pending pending = std::move(node.pending.front());
  node.pending.pop_front();
  if (pending.kind != Pending::Kind::kCall) return take_greeting(node, pending.kind, reply);
  if (reply.type == REDIS_REPLY_ERROR) return take_error(node, std::move(pending), text_of(reply));
  answered_.fetch_add(1, std::memory_order_relaxed);
  pending.call->answered(reply);
}

void Client::take_greeting(Node& node, Pending::Kind kind, const redisReply& reply) {
  if (kind == Pending::Kind::kSlots) return take_slots(reply);
  if (reply.type == REDIS_REPLY_ERROR) {
    if (kind == Pending::Kind::kAsking) return;  // so will the call be
    // It stays without the script, and is given up when that has taken too long.
    if (node.attempts <= 1) {
      log::warn("redis.refused", {{"server", node.address.to_string()}, {"error", text_of(reply)}});
    }
    return;
  }
  if (kind != Pending::Kind::kLoad) return;
  node.ready = true;
  node.attempts = 0;
  publish();
}

void Client::take_error(Node& node, Pending pending, std::string_view error) {
  if (error.starts_with("NOSCRIPT") && !pending.whole) {
    pending.whole = true;
    return send(node, std::move(pending));
  }
  if (error.starts_with("MOVED ") || error.starts_with("ASK ")) return redirect(std::move(pending), error);
  if (concerns_server(error)) {
    // Others are told that it is not up; its connection is made anew, perhaps to another address.
    node.ready = false;
    node.opened_ns = 0;
    publish();
  }
  const std::int64_t now = clock_.steady_ns();
  if (now - complained_ns_ >= kComplainEveryNs) {
    complained_ns_ = now;
    log::warn("redis.failed", {{"server", node.address.to_string()}, {"error", error}});
  }
  fail(std::move(pending.call));
}

// "MOVED 3999 127.0.0.1:6381"
void Client::redirect(Pending pending, std::string_view error) {
  const bool moved = error.starts_with("MOVED ");
  const std::size_t second = error.rfind(' ');
  auto address = parse_address(error.substr(second + 1));
  if (!address || ++pending.redirections > kMaxRedirections) return fail(std::move(pending.call));
  must_learn_ |= moved;
  is_cluster_ = true;
  Node& node = node_at(*address);
  if (moved) slots_[pending.call->slot] = &node;
  if (!node.ready) {
    node.wanted = true;
    publish();
    return fail(std::move(pending.call));
  }
  if (!moved) {
    node.connection.send(command({"ASKING"}));
    node.pending.push_back({.kind = Pending::Kind::kAsking, .sent_ns = pending.sent_ns});
  }
  send(node, std::move(pending));
}

// Of each range of slots: first, last, and who serves it, the master first: address, port, ...
void Client::take_slots(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY) {
    // No cluster; or none that can be asked, in which case calls will be redirected.
    if (is_cluster_) return;
    return publish();
  }
  is_cluster_ = true;
  for (const auto& node : nodes_) node->wanted = node == nodes_.front();
  std::fill(slots_.begin(), slots_.end(), nullptr);
  for (std::size_t i = 0; i < reply.elements; ++i) {
    const redisReply& range = *reply.element[i];
    if (!is_array_of(range, 3) || !is_array_of(*range.element[2], 2)) continue;
    const redisReply& master = *range.element[2];
    std::string_view host = text_of(*master.element[0]);
    if (host.empty() || host == "?") host = nodes_.front()->address.host;
    Node& node = node_at({std::string(host), static_cast<int>(master.element[1]->integer)});
    node.wanted = true;
    const auto first = range.element[0]->integer, last = range.element[1]->integer;
    for (auto slot = std::max(0LL, first); slot <= last && slot < kSlots; ++slot) {
      slots_[static_cast<std::size_t>(slot)] = &node;
    }
  }
  publish();
}

}  // namespace latchkey::redis
