// One call of the script: a question with what this node has to tell of its windows and quotas, or that alone; and what its
// answer means for what the node knows. For SharedLimiter alone.
#pragma once
#include <memory>
#include <vector>

#include "redis/shared_limiter.h"

namespace latchkey::redis {

// What a share is called in Redis: {tenant} decides where it lies, so all that a request asks for lies together.
std::string redis_key(const ShareKey& key, const std::vector<std::string>& rate_classes);
std::uint16_t slot_of_tenant(const Uuid& tenant);

// The share that a limit or quota is counted in.
ShareKey share_key(const limit::Question& asked, const limit::Standing& standing);

// Limits and quotas as demands, which live as long as this.
class DemandCopy {
 public:
  explicit DemandCopy(const limit::Question& asked);
  std::span<const limit::Demand> span() const { return {demands_.data(), count_}; }
  std::vector<RateLimit>& limits(std::size_t demand) { return limits_[demand]; }
  std::vector<Quota>& quotas(std::size_t demand) { return quotas_[demand]; }
  std::size_t size() const { return count_; }
  // After limits and quotas were changed.
  void renew();

 private:
  std::array<std::vector<RateLimit>, limit::kMaxDemands> limits_;
  std::array<std::vector<Quota>, limit::kMaxDemands> quotas_;
  std::array<limit::Demand, limit::kMaxDemands> demands_;
  std::size_t count_ = 0;
};

class SharedCall final : public Call {
 public:
  SharedCall(SharedLimiter& limiter, const Uuid& tenant, std::shared_ptr<limit::Question> question)
      : limiter_(limiter), tenant_(tenant), question_(std::move(question)) {}

  // Each share once; `limit` is the lowest over it. Under the lock of its part.
  void add(const ShareKey& key, std::uint64_t limit, ShareBook& book, std::int64_t now_ns);
  // Once all are added.
  void finish();

  void answered(const redisReply& reply) override;
  void late() override;
  void failed() override;

 private:
  struct Told {
    ShareKey key;
    std::uint64_t limit = 0, pushed = 0;
    std::int64_t number = 0;  // of a quota: the period that it was told of
    std::uint64_t known = 0;
    bool wants_cells = false;
    // Of the answer:
    std::int64_t used = 0, wait_us = 0, more_us = 0;
  };
  std::uint32_t cost() const { return question_ != nullptr ? question_->cost : 0; }
  void write_window(const Told& told);
  void write_quota(const Told& told);
  void read_window(const redisReply* const* fields, Told& told, ShareBook& book, std::int64_t now_ns);
  void read_quota(const redisReply* const* fields, Told& told, ShareBook& book, std::int64_t now_ns);
  void untell(ShareBook& book, std::int64_t now_ns);
  void complete();
  void judge_alone();

  SharedLimiter& limiter_;
  const Uuid tenant_;
  const std::shared_ptr<limit::Question> question_;  // null: only tells
  std::vector<Told> windows_, quotas_;
  std::int64_t redis_us_ = 0;
  bool admitted_ = false;
  bool is_judged_ = false;  // by the node's share
  bool admitted_alone_ = false;
};

}  // namespace latchkey::redis
