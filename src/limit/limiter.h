// Rate limits and quotas: how much of what each subject may still do. In memory, on one node, exact.
//
//   InMemoryLimiter limiter;
//   const Demand demands[] = {{{key.bytes(), class_index}, class_limits}, {{tenant.bytes(), kEveryClass}, limits, quotas}};
//   std::vector<Standing> standings;
//   Verdict v = limiter.take(demands, cost, clock.steady_ns(), standings);
//
// All or nothing: a refused demand takes from no window and no quota, of any subject, so a caller that keeps knocking
// recovers when its window does. Thread-safe. Windows are on the steady clock; quotas on a calendar that does not follow
// the wall clock blindly (limit/calendar.h). Memory is held for subjects with something in a window, and for owners with
// something used of a quota in the current period: 192 bytes for one admission, 704 for 50 in one window, and no more
// than that for any larger limit; 96 for the quotas of one period (a test measures all three).
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/spin_lock.h"
#include "core/limits.h"
#include "core/rate_limit.h"
#include "limit/calendar.h"
#include "limit/quota_book.h"
#include "limit/subject.h"
#include "limit/subject_table.h"

namespace latchkey::limit {

enum class Scope : std::uint8_t { kKey, kTenant };
std::string_view to_string(Scope scope);

inline constexpr std::size_t kMaxDemands = 4;

struct Demand {
  Subject subject;
  std::span<const RateLimit> limits = {};
  std::span<const Quota> quotas = {};  // of a subject of kEveryClass alone, of different periods
  Scope scope = Scope::kKey;
  // Of a key's: the tenant that it belongs to, whose limits are counted together with the key's. Null: the subject itself.
  const Uuid* tenant = nullptr;
};

// How one limit or quota stands after the request was judged. Owns what it says: the limits may be replaced meanwhile.
struct Standing {
  LimitName name;
  Scope scope = Scope::kKey;
  std::uint32_t kind = 0;  // of the subject
  bool own = false;        // set for the subject itself, rather than by the catalog
  bool violated = false;
  Period period = Period::kDay;  // of a quota
  std::uint64_t requests = 0;    // the limit
  std::int64_t window_ms = 0;    // 0: a quota
  std::uint64_t used = 0;
  std::uint64_t remaining = 0;
  std::int64_t more_after_ns = 0;  // until something of what is used comes back; of a window that is empty: 0
  Instant resets_at;               // of a quota
  bool is_quota() const { return window_ms == 0; }
};

struct Verdict {
  bool admitted = true;
  // Of a refusal: from when on the same request is admitted if nothing else is meanwhile; nothing: never, it costs more
  // than a limit.
  std::optional<std::int64_t> retry_after_ns;
  std::size_t decisive = 0;  // of a refusal: which standing makes it wait so long
  // Nothing is decided, and nothing was taken: it is counted elsewhere, and must be asked (Limiter::ask).
  bool asks = false;
};

// Where what is used is counted.
enum class Counted : std::uint8_t {
  kLocal,     // by this node, for itself
  kExact,     // for all nodes together, each request
  kEventual,  // by each node, which tells the others
  kFallback,  // by this node, for its share, until it can ask or tell again
};
std::string_view to_string(Counted counted);

// A request whose limits are counted elsewhere, and the answer. What take() left of it is to be put in first.
class Question {
 public:
  virtual ~Question() = default;
  // By any thread, once: verdict and standings hold now. May be before ask() returns.
  virtual void answered() = 0;

  Uuid key{}, tenant{};
  std::uint32_t cost = 1;
  std::vector<Standing> standings;
  Verdict verdict;
};

// What a wait is told as: rounded up, so that who waits as long is admitted; but not for less than a millisecond, by which
// windows round up themselves, and which is less than an answer is on its way.
std::int64_t whole_seconds(std::int64_t ns);

// The port. `cost` is at least 1; `standings` is replaced, for each demand its limits and then its quotas, in order.
class Limiter {
 public:
  virtual ~Limiter() = default;
  virtual Verdict take(std::span<const Demand> demands, std::uint32_t cost, std::int64_t now_ns,
                       std::vector<Standing>& standings) = 0;
  // How things stand, without taking anything.
  virtual void peek(std::span<const Demand> demands, std::int64_t now_ns, std::vector<Standing>& standings) = 0;
  // After a verdict that asks; never blocks. A limiter whose verdicts never do needs none.
  virtual void ask(std::shared_ptr<Question> question);
  virtual Counted counted() const { return Counted::kLocal; }
  // That the subject's limits will be asked for soon. Changes nothing but how long that takes.
  virtual void prefetch(const Subject&) const {}
};

class InMemoryLimiter final : public Limiter {
 public:
  static constexpr std::size_t kShards = 64;
  InMemoryLimiter();
  ~InMemoryLimiter() override;
  Verdict take(std::span<const Demand> demands, std::uint32_t cost, std::int64_t now_ns,
               std::vector<Standing>& standings) override;
  void peek(std::span<const Demand> demands, std::int64_t now_ns, std::vector<Standing>& standings) override;
  void prefetch(const Subject& subject) const override;

  // By one thread, all of these. Tells the calendar what the clocks say, at the start and once a second; true when time
  // went back by the calendar, so that stored counts are to be restored again.
  bool observe(Instant wall, std::int64_t steady_ns) { return calendar_.observe(wall, steady_ns); }
  Instant calendar_at(std::int64_t steady_ns) const { return calendar_.at(steady_ns); }
  // What quotas have used: from the store, to the store, and that it is there.
  void restore(std::span<const QuotaCount> counts);
  std::vector<QuotaCount> unsaved() const;
  void saved(std::span<const QuotaCount> counts);
  // What was admitted elsewhere, or has been already: it counts in this window, whatever the limit. `lowest` is the lowest
  // limit over it.
  void count(const Subject& subject, std::int64_t window_ns, std::uint64_t lowest, std::uint32_t cost,
             std::int64_t now_ns);
  // That at least so much of a quota is used; it is stored like what was counted here.
  void raise(const QuotaCount& count);
  std::uint64_t used(const Subject& subject, std::int64_t window_ns, std::int64_t now_ns);
  std::uint64_t used(const Uuid& owner, Period period, std::int64_t number) const;
  // Forgets subjects with nothing left in any window, or used of any quota: one shard a call, so that nobody waits long.
  // Call it often.
  void sweep(std::int64_t now_ns);

  std::size_t subjects() const;
  std::size_t memory_bytes() const;

 private:
  struct alignas(64) Shard {
    mutable SpinLock lock;
    SubjectTable windows;
    QuotaBook quotas;
  };
  // Where a demand is counted.
  struct Place {
    Shard* shard = nullptr;
    std::uint64_t hash = 0;
  };
  class Locked;
  static std::size_t shard_of(std::uint64_t hash) { return (hash >> 32) % kShards; }
  Shard& shard_of(const Subject& subject) { return (*shards_)[shard_of(SubjectHash{}(subject))]; }
  Shard& quota_shard(const Uuid& owner) { return shard_of(Subject{owner, kEveryClass}); }

  struct Moment {
    std::int64_t now_ns;
    Instant today;  // by the calendar
  };
  static Verdict judge(std::span<const Demand> demands, const Locked& places, std::uint32_t cost, Moment moment,
                       std::vector<Standing>& standings);
  static void charge(const Demand& demand, Place place, std::uint32_t cost, Moment moment, Standing* standing);

  std::unique_ptr<std::array<Shard, kShards>> shards_;
  Calendar calendar_;
  std::size_t swept_ = 0;  // by the one thread that sweeps
};

}  // namespace latchkey::limit
