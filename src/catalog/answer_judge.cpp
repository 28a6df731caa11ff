#include "catalog/answer_judge.h"

#include "catalog/json_scan.h"
#include "catalog/place_values.h"

namespace latchkey::catalog {
namespace {

std::unexpected<Error> misshapen(std::string why) {
  return fail(ErrorCode::kCorrupt, "The answer is not of the shape that the catalog describes.", std::move(why));
}

bool is_null(std::string_view value) { return value == "null"; }

}  // namespace

Result<bool> AnswerJudge::may_show(const AnswerPlace& place, std::string_view scalar) const {
  if (scalar.front() == '{' || scalar.front() == '[') return misshapen("a channel or attribute is not a plain value");
  const std::string text = scalar.front() == '"' ? unescape(scalar) : std::string(scalar);
  if (place.subject == Subject::kChannel) {
    if (!permitted_.channels) return true;
    const auto index = catalog_.channel_index(text);
    return index && permitted_.channels->contains(*index);
  }
  if (!permitted_.attributes) return true;
  const auto index = catalog_.attribute_index(text);
  return index && permitted_.attributes->contains(*index);
}

Result<void> AnswerJudge::check_positional(std::string_view array) const {
  if (is_null(array) || !permitted_.attributes) return {};
  if (array.front() != '[') return misshapen("attribute values are not a list");
  std::size_t count = 0;
  for_each_element(array, [&](std::string_view) { return ++count, true; });
  if (count > positional_) return misshapen("there are more attribute values than were asked for");
  return {};
}

Result<bool> AnswerJudge::judge(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out) {
  if (rules.empty()) return out += value, true;
  bool descends = false, removes = false;
  for (const ActiveRule& rule : rules) {
    if (rule.step < rule.place->path.size()) {
      descends = true;
      continue;
    }
    switch (rule.place->rule) {
      case AnswerRule::kDropElement: {
        auto shown = may_show(*rule.place, value);
        if (!shown || !*shown) return shown;
        break;
      }
      case AnswerRule::kPositional: LK_TRY(check_positional(value)); break;
      case AnswerRule::kRemoveMembers: removes = permitted_.attributes.has_value(); break;
    }
  }
  // Where the answer has nothing, there is nothing to hide.
  if ((!descends && !removes) || is_null(value)) return out += value, true;
  if (value.front() == '[') return judge_array(value, rules, out);
  if (value.front() == '{') return judge_object(value, rules, out);
  return misshapen("a plain value stands where an object or a list was described");
}

Result<bool> AnswerJudge::judge_array(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out) {
  std::vector<ActiveRule> inner;
  for (const ActiveRule& rule : rules) {
    if (rule.step == rule.place->path.size()) {
      if (rule.place->rule == AnswerRule::kRemoveMembers) return misshapen("a list stands where an object was described");
      continue;
    }
    if (!rule.place->path[rule.step].each()) return misshapen("a list stands where an object was described");
    inner.push_back({rule.place, rule.step + 1});
  }
  std::optional<Error> error;
  bool first = true;
  out += '[';
  for_each_element(value, [&](std::string_view element) {
    const std::size_t before = out.size();
    if (!first) out += ',';
    auto kept = judge(element, inner, out);
    if (!kept) {
      error = kept.error();
      return false;
    }
    if (*kept) {
      first = false;
    } else {
      out.resize(before);
      ++counters_.dropped_elements;
    }
    return true;
  });
  if (error) return std::unexpected(*error);
  out += ']';
  return true;
}

Result<bool> AnswerJudge::judge_object(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out) {
  const AnswerPlace* removing = nullptr;
  for (const ActiveRule& rule : rules) {
    const bool ends = rule.step == rule.place->path.size();
    if (ends && rule.place->rule == AnswerRule::kRemoveMembers && permitted_.attributes) removing = rule.place;
    if (!ends && rule.place->path[rule.step].each()) return misshapen("an object stands where a list was described");
  }
  std::vector<bool> met(rules.size(), false);
  std::optional<Error> error;
  bool first = true, keep = true;
  out += '{';
  for_each_member(value, [&](std::string_view raw_key, std::string_view member, std::string_view whole) {
    const std::string key = unescape(raw_key);
    std::vector<ActiveRule> inner;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const ActiveRule& rule = rules[i];
      if (rule.step == rule.place->path.size() || !same_parameter_name(catalog_, key, rule.place->path[rule.step].member)) continue;
      if (met[i]) {
        error = misshapen("an object names " + key + " twice").error();
        return false;
      }
      met[i] = true;
      inner.push_back({rule.place, rule.step + 1});
    }
    if (removing != nullptr) {
      const auto same = [&](const std::string& name) { return same_parameter_name(catalog_, name, key); };
      const bool kept_name = std::any_of(removing->keep.begin(), removing->keep.end(), same);
      const auto index = catalog_.attribute_index(key);
      if (!kept_name && !(index && permitted_.attributes->contains(*index))) {
        ++counters_.removed_members;
        return true;
      }
    }
    out.append(first ? "" : ",").append(whole.substr(0, static_cast<std::size_t>(member.data() - whole.data())));
    first = false;
    auto kept = judge(member, inner, out);
    if (!kept) error = kept.error();
    keep = kept && *kept;
    return keep;
  });
  if (error) return std::unexpected(*error);
  if (!keep) return false;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool decides = rules[i].place->rule == AnswerRule::kDropElement && rules[i].step + 1 == rules[i].place->path.size();
    if (decides && !met[i]) return misshapen("a row does not say its " + rules[i].place->path.back().member);
  }
  out += '}';
  return true;
}

}  // namespace latchkey::catalog
