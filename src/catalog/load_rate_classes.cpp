// Rate classes: which operations are counted together and how many may be made in which time. And what one costs.
#include <charconv>

#include "catalog/loading.h"
#include "catalog/suggest.h"
#include "core/limits.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxRateClasses = 64;
constexpr std::size_t kMaxLimits = 4;
constexpr std::uint64_t kMaxUnits = 1'000'000'000;
constexpr std::uint64_t kMaxCost = 1'000'000;
constexpr std::int64_t kMaxWindowMs = 24 * 3'600'000;
constexpr std::string_view kClassKeys[] = {"id", "operations", "limits"};
constexpr std::string_view kLimitKeys[] = {"name", "requests", "window", "most"};

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "10s", "15m", "1h"; nothing if it is none, or longer than a day.
std::optional<std::int64_t> window_ms(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::int64_t unit = text.back() == 's'   ? 1'000
                            : text.back() == 'm' ? 60'000
                            : text.back() == 'h' ? 3'600'000
                                                 : 0;
  const auto count = whole_number(text.substr(0, text.size() - 1));
  if (unit == 0 || !count || *count == 0 || *count > static_cast<std::uint64_t>(kMaxWindowMs / unit))
    return std::nullopt;
  return static_cast<std::int64_t>(*count) * unit;
}

class RateClassLoader {
 public:
  explicit RateClassLoader(Loading& loading) : loading_(loading), line_of_(loading.draft.operations.size(), 0) {
    for (const Operation& operation : loading.draft.operations) operation_ids_.push_back(operation.id);
  }

  void load(const Node& node) {
    if (!node.is_mapping()) {
      return loading_.error(
          node,
          "A rate class must be a mapping, such as {id: default, limits: [{name: burst, requests: 50, window: 10s}]}.");
    }
    loading_.check_keys(node, kClassKeys, "A rate class");
    RateClass rate;
    rate.id = loading_.required_text(node, "id", "A rate class", 64).value_or("");
    const std::string where = fmt::format("The rate class {}", rate.id);
    if (!rate.id.empty() && !is_limit_name(rate.id)) {
      loading_.error(*node.find("id"), name_rule(rate.id));
    }
    for (const RateClass& other : loading_.draft.rate_classes) {
      if (other.id == rate.id && !rate.id.empty()) loading_.error(node, fmt::format("{} is listed twice.", where));
    }
    read_limits(node, where, rate);
    const auto index = static_cast<std::uint8_t>(loading_.draft.rate_classes.size());
    if (node.find("operations") == nullptr) {
      if (loading_.draft.default_rate_class != kNoRateClass)
        return loading_.error(
            node,
            fmt::format("{} names no operations, and {} in line {} does not either; only one can be for the rest.",
                        where, loading_.draft.rate_classes[loading_.draft.default_rate_class].id, rest_line_));
      loading_.draft.default_rate_class = index;
      rest_line_ = node.place.line;
    } else {
      read_operations(node, index);
    }
    loading_.draft.rate_classes.push_back(std::move(rate));
  }

  // Operations that no class names are of the class without names, if there is one.
  void finish() {
    for (Operation& operation : loading_.draft.operations) {
      if (operation.rate_class == kNoRateClass) operation.rate_class = loading_.draft.default_rate_class;
    }
  }

  void load_costs(const Node& costs) {
    for (const Node::Member& member : costs.members) {
      Operation* operation = find(*member.key);
      if (operation == nullptr) continue;
      const auto cost = member.value->is_scalar() ? whole_number(member.value->text) : std::nullopt;
      if (!cost || *cost > kMaxCost) {
        loading_.error(*member.value,
                       fmt::format("The cost of {} must be a whole number from 0 to {}.", operation->id, kMaxCost));
        continue;
      }
      operation->cost = static_cast<std::uint32_t>(*cost);
      refuse_unaffordable(*member.value, *operation);
    }
  }

 private:
  static std::string name_rule(std::string_view name) {
    return fmt::format("\"{}\" must be at most {} lower-case letters, digits and '-', and begin with a letter.", name,
                       kMaxLimitNameBytes);
  }

  void refuse_unaffordable(const Node& at, const Operation& operation) {
    if (operation.rate_class == kNoRateClass) return;
    for (const RateLimit& limit : loading_.draft.rate_classes[operation.rate_class].limits) {
      if (operation.cost > limit.limit) {
        loading_.error(at,
                       fmt::format("{} costs {}, which is more than its limit \"{}\" of {}: it could never be called.",
                                   operation.id, operation.cost, limit.name, limit.limit));
      }
    }
  }

  void read_limits(const Node& node, const std::string& where, RateClass& rate) {
    const Node* limits = loading_.sequence(node, "limits", where);
    if (limits == nullptr) {
      if (node.find("limits") == nullptr) loading_.error(node, fmt::format("{} needs \"limits\".", where));
      return;
    }
    if (limits->items.empty() || limits->items.size() > kMaxLimits) {
      loading_.error(*limits, fmt::format("{} must have one to {} limits.", where, kMaxLimits));
    }
    for (const Node* item : limits->items) {
      auto limit = read_limit(*item);
      if (!limit) continue;
      for (const RateLimit& other : rate.limits) {
        if (other.name == limit->name)
          loading_.error(*item, fmt::format("{} has two limits named {}.", where, limit->name));
        if (other.window_ms == limit->window_ms) {
          loading_.error(*item, fmt::format("The limits {} and {} are over the same time; keep the lower.", other.name,
                                            limit->name));
        }
      }
      rate.most.push_back(read_most(*item, *limit));
      rate.limits.push_back(std::move(*limit));
    }
  }

  // As much as the limit itself, unless it says more.
  std::uint64_t read_most(const Node& node, const RateLimit& limit) {
    if (node.find("most") == nullptr) return limit.limit;
    const auto text = loading_.required_text(node, "most", "A limit", 32);
    const auto most = text ? whole_number(*text) : std::nullopt;
    if (most && *most >= limit.limit && *most <= kMaxUnits) return *most;
    if (text) {
      loading_.error(*node.find("most"),
                     fmt::format("\"most\" is how far a key may raise the limit \"{}\": a whole number from {} to {}.",
                                 limit.name, limit.limit, kMaxUnits));
    }
    return limit.limit;
  }

  std::optional<RateLimit> read_limit(const Node& node) {
    if (!node.is_mapping()) {
      loading_.error(node, "A limit must be a mapping, such as {name: burst, requests: 50, window: 10s}.");
      return std::nullopt;
    }
    loading_.check_keys(node, kLimitKeys, "A limit");
    const auto name = loading_.required_text(node, "name", "A limit", 64);
    const auto requests = loading_.required_text(node, "requests", "A limit", 32);
    const auto window = loading_.required_text(node, "window", "A limit", 32);
    if (!name || !requests || !window) return std::nullopt;
    RateLimit limit{*name, whole_number(*requests).value_or(0), window_ms(*window).value_or(0)};
    if (!is_limit_name(*name)) loading_.error(*node.find("name"), name_rule(*name));
    if (limit.limit == 0 || limit.limit > kMaxUnits) {
      loading_.error(*node.find("requests"),
                     fmt::format("\"requests\" must be a whole number from 1 to {}.", kMaxUnits));
    }
    if (limit.window_ms == 0) {
      loading_.error(
          *node.find("window"),
          fmt::format("\"{}\" is no time; write seconds, minutes or hours up to a day, such as 10s, 15m or 1h.",
                      *window));
    }
    return limit.limit == 0 || limit.window_ms == 0 ? std::nullopt : std::optional(limit);
  }

  void read_operations(const Node& node, std::uint8_t index) {
    const Node* list = loading_.sequence(node, "operations", "A rate class");
    if (list == nullptr) return;
    for (const Node* item : list->items) {
      Operation* operation = find(*item);
      if (operation == nullptr) continue;
      if (operation->rate_class != kNoRateClass) {
        loading_.error(*item, fmt::format("{} is in a rate class already, in line {}.", operation->id,
                                          line_of_[operation->index]));
        continue;
      }
      operation->rate_class = index;
      line_of_[operation->index] = item->place.line;
    }
  }

  Operation* find(const Node& node) {
    const auto id = loading_.text_of(node, "An operationId");
    if (!id) return nullptr;
    for (Operation& operation : loading_.draft.operations) {
      if (operation.id == *id) return &operation;
    }
    loading_.error(node, fmt::format("There is no operation \"{}\"{}", *id, did_you_mean(*id, operation_ids_)));
    return nullptr;
  }

  Loading& loading_;
  std::vector<std::string_view> operation_ids_;
  std::vector<int> line_of_;  // by operation: where its class names it
  int rest_line_ = 0;
};

}  // namespace

void load_rate_classes(Loading& loading) {
  const Node* settings = loading.document.root().find("x-latchkey");
  if (settings == nullptr || !settings->is_mapping()) return;
  RateClassLoader loader(loading);
  if (const Node* classes = loading.sequence(*settings, "rate_classes", "x-latchkey")) {
    if (classes->items.size() > kMaxRateClasses) {
      return loading.error(*classes, fmt::format("There are {} rate classes; at most {} are taken.",
                                                 classes->items.size(), kMaxRateClasses));
    }
    for (const Node* node : classes->items) loader.load(*node);
  }
  loader.finish();
  if (const Node* costs = loading.mapping(*settings, "costs", "x-latchkey")) loader.load_costs(*costs);
}

}  // namespace latchkey::catalog
