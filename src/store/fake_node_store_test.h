// A NodeStore in memory, for tests of whoever uses one. It passes the contract suite. Thread-safe.
#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "store/node_store.h"

namespace latchkey::store {

class FakeNodeStore final : public NodeStore {
 public:
  FakeNodeStore() = default;
  // Beside a store whose feed has no marks.
  explicit FakeNodeStore(KeyStore& beside) : beside_(&beside) {}
  FeedPlace change() {
    const std::lock_guard lock(mutex_);
    marks_.push_back(static_cast<std::int64_t>(marks_.size() + 1) * 7919);
    return head();
  }
  void be_away(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }

  Result<void> register_node(const NodeRecord& record) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    NodeRecord& made = nodes_[record.id] = record;
    made.last = {};
    made.last.id = record.id;
    return {};
  }
  Result<FeedPlace> heartbeat(const NodeBeat& beat) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    const auto found = nodes_.find(beat.id);
    if (found == nodes_.end()) return fail(ErrorCode::kNotFound, "No such node.");
    const FeedPlace before = found->second.last.position;
    found->second.last = beat;
    if (!has(beat.position)) found->second.last.position = before;
    ++found->second.beats;
    return head();
  }
  Result<void> confirm(NodeId id, FeedPlace position) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    const auto found = nodes_.find(id);
    if (found == nodes_.end() || !has(position)) return fail(ErrorCode::kPreconditionFailed, "Of another history.");
    found->second.last.position = position;
    return {};
  }
  Result<void> ask_to_confirm(Sequence) override {
    const std::lock_guard lock(mutex_);
    return be_there();
  }
  Result<FeedPlace> durable_head() override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    return head();
  }
  Result<std::vector<NodeRecord>> nodes(const FeedPlace& having) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    if (!has(having)) return fail(ErrorCode::kUnavailable, "Another history.");
    std::vector<NodeRecord> out;
    for (const auto& [id, record] : nodes_) out.push_back(record);
    return out;
  }
  Result<void> remove_node(NodeId id) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    nodes_.erase(id);
    return {};
  }
  Result<bool> forget_node(NodeId id, std::int64_t beats) override {
    const std::lock_guard lock(mutex_);
    LK_TRY(be_there());
    const auto found = nodes_.find(id);
    if (found == nodes_.end() || found->second.beats != beats) return false;
    nodes_.erase(found);
    return true;
  }

 private:
  FeedPlace head() const {
    if (beside_ != nullptr) return beside_->last_sequence().value();
    return marks_.empty() ? FeedPlace{} : FeedPlace{static_cast<Sequence>(marks_.size()), marks_.back()};
  }
  bool has(const FeedPlace& place) const {
    if (place.sequence == 0) return true;
    if (beside_ != nullptr) return place.sequence <= head().sequence && place.mark == 0;
    return place.sequence <= head().sequence && marks_[static_cast<std::size_t>(place.sequence - 1)] == place.mark;
  }
  Result<void> be_there() const {
    return away_ ? fail(ErrorCode::kUnavailable, "The database is away.") : Result<void>{};
  }

  KeyStore* const beside_ = nullptr;
  std::mutex mutex_;
  bool away_ = false;
  std::vector<std::int64_t> marks_;  // of the feed's changes
  std::map<NodeId, NodeRecord> nodes_;
};

}  // namespace latchkey::store
