#include "cluster/membership.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace latchkey::cluster {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
// More than it ever sends.
constexpr std::int64_t kBeatsOfOneRegistration = std::int64_t{1} << 40;

void warn(std::string_view event, const Error& error) {
  log::warn(event, {{"error", error.message}, {"detail", error.detail}});
}

}  // namespace

Result<void> Membership::join() {
  LK_TRY(announce());
  joined_ = true;
  log::info("cluster.joined", {{"node", self_.id.to_string()}, {"name", self_.name}});
  thread_ = std::thread([this] { run(); });
  return {};
}

Result<void> Membership::announce() {
  store::NodeRecord record = self_;
  record.beats = registrations_++ * kBeatsOfOneRegistration;
  return nodes_.register_node(record);
}

void Membership::keys_are_loaded() {
  loaded_ = true;
  {
    const std::lock_guard lock(mutex_);
    hurry_ = true;
  }
  wake_.notify_one();
}

void Membership::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Membership::leave() {
  stop();
  if (!std::exchange(joined_, false)) return;
  if (const auto removed = nodes_.remove_node(self_.id); !removed) warn("cluster.not_left", removed.error());
}

std::int64_t Membership::silent_ns(NodeId id) const {
  const std::lock_guard lock(mutex_);
  return peers_.silent_ns(id);
}

void Membership::run() {
  const std::chrono::milliseconds period(std::min(self_.max_staleness_ms / kBeats, kLongestPeriodMs));
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool told = beat();
    look_at_others();
    lock.lock();
    wake_.wait_for(lock, told ? period : period / 4, [this] { return stopping_ || hurry_; });
    hurry_ = false;
  }
}

store::NodeBeat Membership::next_beat() {
  const bool loading = !loaded_;
  const NodeLoad load = load_();
  const std::int64_t now_ns = clock_.steady_ns();
  store::NodeBeat beat;
  beat.id = self_.id;
  beat.loading = loading;
  beat.keys = load.keys;
  beat.limits = load.limits;
  beat.at = clock_.now();
  if (!loading) {
    beat.position = follower_.place();
    const std::int64_t current_ns = following_.current_ns();
    beat.behind_ms = current_ns == 0 ? 0 : (now_ns - current_ns) / kNsPerMs;
  }
  const std::int64_t elapsed_ns = now_ns - beat_before_ns_;
  if (beat_before_ns_ != 0 && elapsed_ns > 0) {
    const auto checks = static_cast<double>(load.checks - checks_before_);
    beat.checks_per_second = static_cast<std::int64_t>(checks * kNsPerSecond / static_cast<double>(elapsed_ns));
  }
  checks_before_ = load.checks;
  beat_before_ns_ = now_ns;
  return beat;
}

// The lease is counted from before the store was asked: what it answers may be old by as long as that took.
bool Membership::beat() {
  const store::NodeBeat beat = next_beat();
  const std::int64_t asked_ns = clock_.steady_ns();
  const auto head = nodes_.heartbeat(beat);
  if (head) {
    if (std::exchange(failing_, false)) log::info("cluster.heartbeat_again");
    if (!beat.loading) following_.granted({*head, asked_ns});
    return true;
  }
  if (head.error().code == ErrorCode::kNotFound) {
    // It was silent for so long that others forgot it. Its lease has long been over; it begins anew, and asks anew.
    log::warn("cluster.was_forgotten", {{"node", self_.id.to_string()}});
    if (const auto again = announce(); !again) warn("cluster.not_registered", again.error());
    return false;
  }
  if (!std::exchange(failing_, true)) warn("cluster.heartbeat_failed", head.error());
  return false;
}

void Membership::look_at_others() {
  const auto listed = nodes_.nodes();
  if (!listed) return;
  std::vector<store::NodeRecord> silent;
  {
    const std::lock_guard lock(mutex_);
    peers_.see(*listed, clock_.steady_ns());
    silent = peers_.to_forget();
  }
  for (const store::NodeRecord& node : silent) {
    if (node.id == self_.id) continue;
    const auto gone = nodes_.forget_node(node.id, node.beats);
    if (!gone) {
      warn("cluster.not_forgotten", gone.error());
    } else if (*gone) {
      log::warn("cluster.node_forgotten", {{"node", node.id.to_string()}, {"name", node.name}});
    }
  }
}

}  // namespace latchkey::cluster
