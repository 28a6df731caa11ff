#include "app/node.h"

#include "base/log.h"
#include "base/version.h"

namespace latchkey::app {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr std::int64_t kFirstLeaseMs = 5'000;

store::NodeRecord record_of(const StoreConfig& config, const Clock& clock, Random& random) {
  store::NodeRecord self;
  self.id = NodeId::make(clock.now(), random);
  self.name = config.node_name.empty() ? host_name() : config.node_name;
  self.version = version();
  self.denies_when_stale = config.denies_when_stale;
  self.max_staleness_ms = config.shared() ? config.max_staleness_ms : 0;
  self.started_at = clock.now();
  self.last.id = self.id;
  return self;
}

}  // namespace

Result<void> FollowerFeed::follow_to(store::Sequence sequence) {
  if (!shared_) return follower_.follow_to(sequence);
  LK_TRY(follower_.catch_up());
  if (follower_.position() >= sequence) return {};
  return fail(ErrorCode::kUnavailable, "This server does not see the change yet; ask again.",
              fmt::format("feed ends at {} before {}", follower_.position(), sequence));
}

Node::Node(const StoreConfig& config, const OpenedStore& store, registry::Follower& follower, registry::Lease& lease,
           const Clock& clock, Random& random, std::function<cluster::NodeLoad()> load)
    : self_(record_of(config, clock, random)),
      shared_(config.shared()),
      follower_(follower),
      lease_(lease),
      clock_(clock),
      load_(std::move(load)) {
  if (!shared_) {
    nodes_ = std::make_unique<cluster::OneNode>(*store.database, clock, [this] { return tell(); });
    return;
  }
  auto shared = std::make_unique<cluster::SharedNodes>(*store.nodes, *store.database, clock);
  shared_nodes_ = shared.get();
  nodes_ = std::move(shared);
  following_ =
      std::make_unique<cluster::Following>(follower, *store.bell, *store.nodes, clock, lease,
                                           cluster::Following::Options{.id = self_.id,
                                                                       .denies_when_stale = config.denies_when_stale,
                                                                       .max_staleness_ms = config.max_staleness_ms,
                                                                       .poll_ms = config.feed_poll_ms},
                                           [this] { shared_nodes_->confirmation_heard(); });
  membership_ = std::make_unique<cluster::Membership>(*store.nodes, follower, *following_, clock, self_, load_);
  shared_nodes_->attach(*following_, *membership_);
}

Result<void> Node::join() { return membership_ ? membership_->join() : Result<void>{}; }

void Node::keys_are_loaded() {
  loaded_ = true;
  if (!membership_) return;
  following_->start();
  membership_->keys_are_loaded();
  if (!following_->wait_for_lease(kFirstLeaseMs))
    log::warn("cluster.no_lease_yet", {{"consequence", "keys are refused until the database answers"}});
}

void Node::leave() {
  if (!membership_) return;
  lease_.end();
  following_->stop();
  membership_->leave();
}

Node::State Node::state() const {
  if (!loaded_) return State::kLoading;
  return !shared_ || clock_.steady_ns() < lease_.until_ns() ? State::kCurrent : State::kStale;
}

std::optional<double> Node::lease_seconds() const {
  if (!shared_ || !self_.denies_when_stale) return std::nullopt;
  const std::int64_t until_ns = lease_.until_ns(), now_ns = clock_.steady_ns();
  return until_ns <= now_ns ? 0 : static_cast<double>(until_ns - now_ns) / kNsPerSecond;
}

double Node::behind_seconds() const {
  if (!following_) return 0;
  const std::int64_t current_ns = following_->current_ns();
  return current_ns == 0 ? 0 : static_cast<double>(clock_.steady_ns() - current_ns) / kNsPerSecond;
}

store::NodeRecord Node::tell() const {
  store::NodeRecord told = self_;
  const cluster::NodeLoad load = load_();
  told.last.position = follower_.place();
  told.last.loading = !loaded_;
  told.last.keys = load.keys;
  told.last.limits = load.limits;
  told.last.at = clock_.now();
  return told;
}

}  // namespace latchkey::app
