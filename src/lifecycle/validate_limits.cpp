#include "lifecycle/validate_limits.h"

#include "lifecycle/text.h"

namespace latchkey::lifecycle {
namespace {

using catalog::Catalog;
using catalog::kNoRateClass;
using catalog::RateClass;

enum class Whose { kKey, kTenant };

// One of the catalog's limits.
struct Replaced {
  const RateClass* rate_class = nullptr;
  std::size_t index = 0;
  const RateLimit& limit() const { return rate_class->limits[index]; }
  std::uint64_t most() const { return rate_class->most[index]; }
};

class LimitsCheck {
 public:
  LimitsCheck(Whose whose, const Catalog& catalog, Mistakes& mistakes)
      : whose_(whose), catalog_(catalog), mistakes_(mistakes) {}

  OwnLimits check(const LimitsInput& input) {
    OwnLimits out;
    if (few_enough(input.rate_limits.size(), kMaxOwnRateLimits, "rate_limits", "rate limits")) {
      for (std::size_t i = 0; i < input.rate_limits.size(); ++i) {
        out.rate_limits.push_back(check(input.rate_limits[i], fmt::format("/limits/rate_limits/{}", i)));
      }
    }
    if (few_enough(input.quotas.size(), kMaxOwnQuotas, "quotas", "quotas")) {
      for (std::size_t i = 0; i < input.quotas.size(); ++i) {
        const Quota quota = check(input.quotas[i], fmt::format("/limits/quotas/{}", i));
        if (std::ranges::find(out.quotas, quota.period, &Quota::period) != out.quotas.end()) {
          note(fmt::format("/limits/quotas/{}/period", i),
               fmt::format("There is a quota for each {} already; keep the lower one.", to_string(quota.period)));
        }
        out.quotas.push_back(quota);
      }
    }
    return out;
  }

 private:
  void note(std::string pointer, std::string detail) { mistakes_.push_back({std::move(pointer), std::move(detail)}); }

  bool few_enough(std::size_t count, std::size_t most, std::string_view member, std::string_view word) {
    if (count <= most) return true;
    note(fmt::format("/limits/{}", member), fmt::format("There are {} {}; at most {} can be set.", count, word, most));
    return false;
  }

  // Names are what callers read in RateLimit, so each stands for one thing.
  void check_name(const std::string& name, const std::string& pointer) {
    if (!is_limit_name(name)) {
      return note(pointer + "/name",
                  fmt::format("{} Write at most {} lower-case letters, digits and '-', beginning with a letter.",
                              name.empty() ? "Give it a name." : in_quotes(name) + " can't be its name.",
                              kMaxLimitNameBytes));
    }
    if (std::ranges::find(names_, name) != names_.end()) {
      return note(pointer + "/name", fmt::format("Another limit or quota is named {}; choose another name.", name));
    }
    names_.push_back(name);
  }

  std::uint64_t check_requests(std::optional<std::int64_t> requests, std::int64_t most, const std::string& pointer,
                               const std::string& why = {}) {
    if (requests && *requests >= 1 && *requests <= most) return static_cast<std::uint64_t>(*requests);
    note(pointer + "/requests",
         fmt::format("Write how many requests are permitted: a whole number from 1 to {}{}.", most, why));
    return 1;
  }

  // Null, with a mistake, when there is no such class.
  const RateClass* check_class(const std::string& id, const std::string& pointer) {
    const auto& classes = catalog_.rate_classes();
    const auto found = std::ranges::find(classes, id, &RateClass::id);
    if (found != classes.end()) return &*found;
    std::vector<std::string> known;
    for (const RateClass& one : classes) known.push_back(one.id);
    note(pointer + "/rate_class",
         fmt::format("There is no rate class {}. {}", in_quotes(id),
                     known.empty() ? "The catalog has none." : "Rate classes are: " + listed(known) + "."));
    return nullptr;
  }

  static std::optional<Replaced> find_in(const RateClass& rate_class, const std::string& name) {
    for (std::size_t i = 0; i < rate_class.limits.size(); ++i) {
      if (rate_class.limits[i].name == name) return Replaced{&rate_class, i};
    }
    return std::nullopt;
  }

  const RateClass* class_for_the_rest() const {
    const std::uint8_t index = catalog_.default_rate_class();
    return index == kNoRateClass ? nullptr : &catalog_.rate_classes()[index];
  }

  // Which limit of the catalog this one stands in the place of, if any.
  std::optional<Replaced> find_replaced(const RateLimitInput& input, const RateClass* named,
                                        const std::string& pointer) {
    if (whose_ == Whose::kTenant) return std::nullopt;
    if (named != nullptr) return find_in(*named, input.name);
    if (const RateClass* rest = class_for_the_rest()) {
      if (const auto found = find_in(*rest, input.name)) return found;
    }
    std::optional<Replaced> only;
    for (const RateClass& one : catalog_.rate_classes()) {
      const auto found = find_in(one, input.name);
      if (found && only) {
        note(pointer + "/rate_class",
             fmt::format("Several rate classes have a limit named {}; name the class that is meant, "
                         "such as {}.",
                         input.name, only->rate_class->id));
        return only;
      }
      if (found) only = found;
    }
    return only;
  }

  OwnRateLimit check(const RateLimitInput& input, const std::string& pointer) {
    OwnRateLimit out;
    out.name = input.name;
    out.rate_class = input.rate_class;
    check_name(input.name, pointer);
    const RateClass* named = input.rate_class ? check_class(*input.rate_class, pointer) : nullptr;
    if (input.rate_class && named == nullptr) return out;
    if (const auto replaced = find_replaced(input, named, pointer)) {
      check_replacement(input, *replaced, pointer, out);
      return out;
    }
    out.requests = check_requests(input.requests, kMaxLimitRequests, pointer);
    if (whose_ == Whose::kKey && named == nullptr && class_for_the_rest() == nullptr) {
      note(pointer + "/rate_class",
           "The catalog has no rate class for the rest; name the class whose requests are limited.");
    }
    if (input.window_seconds && *input.window_seconds >= 1 && *input.window_seconds <= kMaxWindowSeconds) {
      out.window_seconds = *input.window_seconds;
    } else {
      note(pointer + "/window_seconds",
           fmt::format("Write in which time: a whole number of seconds from 1 to {}.", kMaxWindowSeconds));
    }
    return out;
  }

  void check_replacement(const RateLimitInput& input, const Replaced& replaced, const std::string& pointer,
                         OwnRateLimit& out) {
    const RateLimit& limit = replaced.limit();
    out.window_seconds = limit.window_ms / 1'000;
    if (replaced.rate_class != class_for_the_rest()) out.rate_class = replaced.rate_class->id;
    out.requests = check_requests(input.requests, static_cast<std::int64_t>(replaced.most()), pointer,
                                  fmt::format(", since the operator lets a key have at most {} in {} s here",
                                              replaced.most(), out.window_seconds));
    if (input.window_seconds && *input.window_seconds != out.window_seconds) {
      note(pointer + "/window_seconds",
           fmt::format("The limit {} of the catalog is over {} s. Leave this out to change how many "
                       "requests it permits, or choose another name to set a limit beside it.",
                       limit.name, out.window_seconds));
    }
  }

  Quota check(const QuotaInput& input, const std::string& pointer) {
    Quota out;
    out.name = input.name;
    check_name(input.name, pointer);
    if (whose_ == Whose::kKey) {
      for (const RateClass& one : catalog_.rate_classes()) {
        if (!find_in(one, input.name)) continue;
        note(pointer + "/name",
             fmt::format("A rate limit of the catalog is named {}; choose another name.", input.name));
        break;
      }
    }
    const auto period = parse_period(input.period);
    if (!period) note(pointer + "/period", "Write \"day\" or \"month\": the day or month of the calendar, in UTC.");
    out.period = period.value_or(Period::kDay);
    out.requests = check_requests(input.requests, kMaxLimitRequests, pointer);
    return out;
  }

  const Whose whose_;
  const Catalog& catalog_;
  Mistakes& mistakes_;
  std::vector<std::string> names_;
};

}  // namespace

OwnLimits check_key_limits(const LimitsInput& input, const Catalog& catalog, Mistakes& mistakes) {
  return LimitsCheck(Whose::kKey, catalog, mistakes).check(input);
}

OwnLimits check_tenant_limits(const LimitsInput& input, const Catalog& catalog, Mistakes& mistakes) {
  return LimitsCheck(Whose::kTenant, catalog, mistakes).check(input);
}

}  // namespace latchkey::lifecycle
