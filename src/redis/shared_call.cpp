#include "redis/shared_call.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "base/check.h"

namespace latchkey::redis {
namespace {

using limit::Question;
using limit::Standing;

constexpr std::size_t kHeadFields = 2, kWindowFields = 6, kQuotaFields = 2;
constexpr std::size_t kCellBytes = 12;

std::int64_t number_in(const redisReply& reply) { return reply.type == REDIS_REPLY_INTEGER ? reply.integer : 0; }

std::uint64_t less(std::uint64_t from, std::uint64_t what) { return from - std::min(from, what); }

std::uint32_t as_cost(std::int64_t count) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, 0xffffffff));
}

}  // namespace

std::uint16_t slot_of_tenant(const Uuid& tenant) { return slot_of(uuid_to_hex(tenant)); }

std::string redis_key(const ShareKey& key, const std::vector<std::string>& rate_classes) {
  const std::string owner = key.subject.id == key.tenant ? std::string() : uuid_to_hex(key.subject.id);
  const std::string lead = fmt::format("lk:{{{}}}:{}:", uuid_to_hex(key.tenant), owner);
  if (key.is_quota()) return lead + std::string(to_string(static_cast<Period>(key.subject.kind)));
  if (key.subject.kind == limit::kEveryClass) return fmt::format("{}*:{}", lead, key.window_ms);
  LK_CHECK(key.subject.kind < rate_classes.size());
  return fmt::format("{}{}:{}", lead, rate_classes[key.subject.kind], key.window_ms);
}

ShareKey share_key(const Question& asked, const Standing& standing) {
  const Uuid& owner = standing.scope == limit::Scope::kKey ? asked.key : asked.tenant;
  if (standing.is_quota()) return {asked.tenant, {owner, static_cast<std::uint32_t>(standing.period)}, 0};
  return {asked.tenant, {owner, standing.kind}, standing.window_ms};
}

DemandCopy::DemandCopy(const Question& asked) {
  for (const Standing& standing : asked.standings) {
    const limit::Subject subject{standing.scope == limit::Scope::kKey ? asked.key : asked.tenant, standing.kind};
    if (count_ == 0 || demands_[count_ - 1].subject != subject) {
      LK_CHECK(count_ < limit::kMaxDemands);
      demands_[count_++] = {.subject = subject, .scope = standing.scope};
    }
    const std::string name(standing.name.view());
    if (standing.is_quota()) {
      quotas_[count_ - 1].push_back({name, standing.period, standing.requests});
    } else {
      limits_[count_ - 1].push_back({name, standing.requests, standing.window_ms, standing.own});
    }
  }
  renew();
}

void DemandCopy::renew() {
  for (std::size_t i = 0; i < count_; ++i) {
    demands_[i].limits = limits_[i];
    demands_[i].quotas = quotas_[i];
  }
}

void SharedCall::add(const ShareKey& key, std::uint64_t limit, ShareBook& book, std::int64_t now_ns) {
  std::vector<Told>& told = key.is_quota() ? quotas_ : windows_;
  const auto there = std::ranges::find(told, key, &Told::key);
  if (there != told.end()) {
    there->limit = std::min(there->limit, limit);
    return;
  }
  Share& share = book.of(key, now_ns);
  if (limit == 0) limit = share.lowest;
  Told& one = told.emplace_back(Told{.key = key, .limit = limit});
  if (key.is_quota()) {
    const auto period = static_cast<Period>(key.subject.kind);
    one.number = period_at(period, limiter_.local_.calendar_at(now_ns));
    if (share.number != one.number) share.unshared = share.in_flight = 0;
    share.number = one.number;
    one.known = less(limiter_.local_.used(key.subject.id, period, one.number), share.unshared);
  } else {
    // What was admitted while nobody could be told may have left the window.
    if (share.is_alone) {
      share.unshared = std::min(share.unshared, limiter_.local_.used(key.subject, key.window_ms * 1'000'000, now_ns));
      share.is_alone = false;
    }
    one.wants_cells = share.born == 0;
  }
  one.pushed = less(share.unshared, share.in_flight);
  share.in_flight += one.pushed;
}

void SharedCall::finish() {
  slot = slot_of_tenant(tenant_);
  arguments.add(static_cast<std::int64_t>(windows_.size() + quotas_.size()));
  for (const Told& told : windows_) arguments.add(redis_key(told.key, limiter_.options_.rate_classes));
  for (const Told& told : quotas_) arguments.add(redis_key(told.key, limiter_.options_.rate_classes));
  arguments.add(std::int64_t{cost()});
  arguments.add(static_cast<std::int64_t>(windows_.size()));
  arguments.add(static_cast<std::int64_t>(quotas_.size()));
  for (const Told& told : windows_) write_window(told);
  for (const Told& told : quotas_) write_quota(told);
}

void SharedCall::write_window(const Told& told) {
  arguments.add(told.key.window_ms * 1'000);
  arguments.add(static_cast<std::int64_t>(told.limit));
  arguments.add(static_cast<std::int64_t>(told.pushed));
  arguments.add(std::int64_t{told.wants_cells ? 1 : 0});
}

void SharedCall::write_quota(const Told& told) {
  arguments.add(static_cast<std::int64_t>(told.key.subject.kind));
  arguments.add(static_cast<std::int64_t>(told.limit));
  arguments.add(told.number);
  arguments.add(static_cast<std::int64_t>(told.known));
  arguments.add(static_cast<std::int64_t>(told.pushed));
}

void SharedCall::answered(const redisReply& reply) {
  const std::size_t fields = kHeadFields + windows_.size() * kWindowFields + quotas_.size() * kQuotaFields;
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != fields) return failed();
  const std::int64_t now_ns = limiter_.clock_.steady_ns();
  redis_us_ = number_in(*reply.element[0]);
  admitted_ = number_in(*reply.element[1]) == 1;
  {
    SharedLimiter::Part& part = limiter_.part_of(tenant_);
    const std::lock_guard lock(part.lock);
    const redisReply* const* field = reply.element + kHeadFields;
    for (Told& told : windows_) {
      read_window(field, told, part.book, now_ns);
      field += kWindowFields;
    }
    for (Told& told : quotas_) {
      read_quota(field, told, part.book, now_ns);
      field += kQuotaFields;
    }
  }
  if (question_ == nullptr || is_judged_) return;
  complete();
  question_->answered();
}

// What others have admitted since this node heard last counts from now on, so longer than it should and never shorter.
void SharedCall::read_window(const redisReply* const* fields, Told& told, ShareBook& book, std::int64_t now_ns) {
  told.used = number_in(*fields[0]);
  told.wait_us = number_in(*fields[1]);
  told.more_us = number_in(*fields[2]);
  const std::int64_t born = number_in(*fields[3]), total = number_in(*fields[4]);
  Share& share = book.of(told.key, now_ns);
  share.unshared = less(share.unshared, told.pushed);
  share.in_flight = less(share.in_flight, told.pushed);
  share.lowest = told.limit;
  const std::int64_t taken = admitted_ ? cost() : 0, own = taken + static_cast<std::int64_t>(told.pushed);
  const std::int64_t window_ns = told.key.window_ms * 1'000'000;
  const auto count = [&](std::int64_t amount, std::int64_t at_ns) {
    if (amount > 0) limiter_.local_.count(told.key.subject, window_ns, told.limit, as_cost(amount), at_ns);
  };
  if (share.born == 0 && told.wants_cells && fields[5]->type == REDIS_REPLY_STRING) {
    const std::string_view cells(fields[5]->str, fields[5]->len);
    for (std::size_t i = 0; i + kCellBytes <= cells.size(); i += kCellBytes) {
      std::int64_t latest_us;
      std::uint32_t spent;
      std::memcpy(&latest_us, cells.data() + i, sizeof latest_us);
      std::memcpy(&spent, cells.data() + i + sizeof latest_us, sizeof spent);
      count(spent, now_ns - std::max<std::int64_t>(0, redis_us_ - latest_us) * 1'000);
    }
  } else {
    count(total - (share.born == born ? share.total : 0) - own, now_ns);
  }
  share.born = born;
  share.total = total;
  if (taken == 0) return;
  if (admitted_alone_) {
    share.unshared = less(share.unshared, static_cast<std::uint64_t>(taken));  // it is counted there, after all
  } else {
    count(taken, now_ns);
  }
}

void SharedCall::read_quota(const redisReply* const* fields, Told& told, ShareBook& book, std::int64_t now_ns) {
  told.number = number_in(*fields[0]);
  told.used = number_in(*fields[1]);
  Share& share = book.of(told.key, now_ns);
  share.unshared = less(share.unshared, told.pushed);
  share.in_flight = less(share.in_flight, told.pushed);
  if (admitted_ && admitted_alone_) share.unshared = less(share.unshared, cost());
  limiter_.local_.raise({told.key.subject.id, static_cast<Period>(told.key.subject.kind), told.number,
                         static_cast<std::uint64_t>(told.used) + share.unshared});
}

// The verdict as the script has it, in the standings that take() left.
void SharedCall::complete() {
  limit::Verdict verdict;
  verdict.admitted = admitted_;
  std::int64_t longest_ns = -1;
  for (std::size_t i = 0; i < question_->standings.size(); ++i) {
    Standing& standing = question_->standings[i];
    const ShareKey key = share_key(*question_, standing);
    const auto& told = *std::ranges::find(key.is_quota() ? quotas_ : windows_, key, &Told::key);
    std::int64_t wait_ns = told.wait_us * 1'000;
    standing.used = static_cast<std::uint64_t>(told.used);
    standing.remaining = less(standing.requests, standing.used);
    standing.violated = !admitted_ && standing.used + question_->cost > standing.requests;
    standing.more_after_ns = told.more_us * 1'000;
    if (standing.is_quota()) {
      standing.resets_at = period_end(standing.period, told.number);
      standing.more_after_ns = wait_ns = standing.resets_at.unix_ms * 1'000'000 - redis_us_ * 1'000;
    }
    if (!standing.violated || wait_ns <= longest_ns) continue;
    longest_ns = wait_ns;
    verdict.decisive = i;
  }
  if (!admitted_) verdict.retry_after_ns = std::max<std::int64_t>(longest_ns, 0);
  question_->verdict = verdict;
}

void SharedCall::judge_alone() {
  if (question_ == nullptr || is_judged_) return;
  is_judged_ = true;
  if (question_->cost > 0) {
    question_->verdict = limiter_.take_share(*question_, limiter_.clock_.steady_ns());
    admitted_alone_ = question_->verdict.admitted;
  }
  question_->answered();
}

void SharedCall::late() { judge_alone(); }

// What was pushed is told again, so it may be counted twice, and never less than once.
void SharedCall::untell(ShareBook& book, std::int64_t now_ns) {
  for (const std::vector<Told>* each : {&windows_, &quotas_}) {
    for (const Told& told : *each) {
      Share& share = book.of(told.key, now_ns);
      share.in_flight = less(share.in_flight, told.pushed);
      book.note_unshared(told.key, share);
    }
  }
}

void SharedCall::failed() {
  {
    SharedLimiter::Part& part = limiter_.part_of(tenant_);
    const std::lock_guard lock(part.lock);
    untell(part.book, limiter_.clock_.steady_ns());
  }
  judge_alone();
}

}  // namespace latchkey::redis
