// The filter against an oracle that parses the whole answer and takes one rule at a time, on generated answers of every
// shape, right and wrong; and against itself, fed in pieces.
#include <nlohmann/json.hpp>
#include <random>

#include "catalog/readers_test.h"

namespace latchkey::catalog {
namespace {

using testing_support::filtered;
using testing_support::operation;
using testing_support::permit;
using testing_support::test_catalog;

// A value with duplicate names and all, which nlohmann's own would lose.
struct Value {
  char kind = 'n';                                     // {, [, s(tring), l(iteral), n(ull)
  std::string text;                                    // of a scalar
  std::vector<std::pair<std::string, Value>> members;  // of an array without names
  bool operator==(const Value&) const = default;
};

class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::optional<Value> root;

  bool null() override { return add({'n', "null", {}}); }
  bool boolean(bool value) override { return add({'l', value ? "true" : "false", {}}); }
  bool number_integer(number_integer_t value) override { return add({'l', std::to_string(value), {}}); }
  bool number_unsigned(number_unsigned_t value) override { return add({'l', std::to_string(value), {}}); }
  bool number_float(number_float_t, const string_t& text) override { return add({'l', text, {}}); }
  bool string(string_t& value) override { return add({'s', value, {}}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open('{'); }
  bool start_array(std::size_t) override { return open('['); }
  bool key(string_t& name) override { return names_.back() = name, true; }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return root.reset(), false;
  }

 private:
  bool open(char kind) {
    stack_.push_back({kind, {}, {}});
    names_.emplace_back();
    return true;
  }
  bool close() {
    Value value = std::move(stack_.back());
    stack_.pop_back();
    names_.pop_back();
    return add(std::move(value));
  }
  bool add(Value value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else {
      stack_.back().members.emplace_back(names_.back(), std::move(value));
    }
    return true;
  }
  std::vector<Value> stack_;
  std::vector<std::string> names_;
};

std::optional<Value> parse(const std::string& text) {
  Builder builder;
  if (text.starts_with("\xef") || !nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
  return builder.root;
}

class Oracle {
 public:
  Oracle(const Operation& its_operation, const Permitted& permitted, std::size_t positional)
      : operation_(its_operation), permitted_(permitted), positional_(positional) {}

  // What may be passed of the answer; nothing if it is unreadable.
  std::optional<Value> filter(const std::string& text) const {
    std::optional<Value> value = parse(text);
    if (!value) return std::nullopt;
    for (const AnswerPlace& place : operation_.answer) {
      if (concerns(place) && !is_readable(*value, place, 0)) return std::nullopt;
    }
    for (const AnswerPlace& place : operation_.answer) {
      if (concerns(place) && !take_out(*value, place, 0)) return std::nullopt;
    }
    return value;
  }

 private:
  static bool same(const std::string& a, const std::string& b) { return equal_ignoring_ascii_case(a, b); }
  bool concerns(const AnswerPlace& place) const {
    return place.subject == Subject::kChannel ? permitted_.channels.has_value() : permitted_.attributes.has_value();
  }
  bool permits(const AnswerPlace& place, const std::string& text) const {
    const auto index =
        place.subject == Subject::kChannel ? test_catalog().channel_index(text) : test_catalog().attribute_index(text);
    return index && (place.subject == Subject::kChannel ? permitted_.channels->contains(*index)
                                                        : permitted_.attributes->contains(*index));
  }
  bool keeps(const AnswerPlace& place, const std::string& name) const {
    return permits(place, name) ||
           std::any_of(place.keep.begin(), place.keep.end(), [&](const auto& kept) { return same(kept, name); });
  }

  bool is_readable(const Value& value, const AnswerPlace& place, std::size_t step) const {
    if (value.kind == 'n') return true;
    if (step == place.path.size()) {
      if (place.rule == AnswerRule::kDropElement) return value.kind == 's' || value.kind == 'l';
      if (place.rule == AnswerRule::kPositional) return value.kind == '[' && value.members.size() <= positional_;
      return value.kind == '{' && names_are_single(value, place);
    }
    if (place.path[step].each()) {
      return value.kind == '[' && std::all_of(value.members.begin(), value.members.end(), [&](const auto& element) {
               return is_readable(element.second, place, step + 1);
             });
    }
    if (value.kind != '{') return false;
    std::size_t found = 0;
    for (const auto& [name, member] : value.members) {
      if (!same(name, place.path[step].member)) continue;
      ++found;
      if (!is_readable(member, place, step + 1)) return false;
    }
    const bool must_tell = place.rule == AnswerRule::kDropElement &&
                           std::none_of(place.path.begin() + static_cast<long>(step), place.path.end(),
                                        [](const Step& s) { return s.each(); });
    return found == 1 || (found == 0 && !must_tell);
  }

  bool names_are_single(const Value& object, const AnswerPlace& place) const {
    for (std::size_t i = 0; i < object.members.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (keeps(place, object.members[i].first) && same(object.members[i].first, object.members[k].first))
          return false;
      }
    }
    return true;
  }

  // False: what holds this value goes.
  bool take_out(Value& value, const AnswerPlace& place, std::size_t step) const {
    if (step == place.path.size()) {
      if (place.rule == AnswerRule::kDropElement) return value.kind != 'n' && permits(place, value.text);
      if (place.rule == AnswerRule::kRemoveMembers)
        std::erase_if(value.members, [&](const auto& member) { return !keeps(place, member.first); });
      return true;
    }
    if (place.path[step].each()) {
      std::erase_if(value.members, [&](auto& element) { return !take_out(element.second, place, step + 1); });
      return true;
    }
    const bool tells = place.rule == AnswerRule::kDropElement &&
                       std::none_of(place.path.begin() + static_cast<long>(step), place.path.end(),
                                    [](const Step& s) { return s.each(); });
    if (value.kind == 'n') return !tells;
    for (auto& [name, member] : value.members) {
      if (same(name, place.path[step].member) && !take_out(member, place, step + 1)) return false;
    }
    return true;
  }

  const Operation& operation_;
  const Permitted& permitted_;
  const std::size_t positional_;
};

// Writes answers that are mostly of the catalog's shape. What is not to be seen carries the word SECRET.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string answer(const Operation& its_operation) {
    std::vector<const AnswerPlace*> places;
    for (const AnswerPlace& place : its_operation.answer) places.push_back(&place);
    return space() + value(places, 0, 0) + space();
  }
  bool chance(std::size_t one_in) { return random_() % one_in == 0; }
  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  std::string value(const std::vector<const AnswerPlace*>& places, std::size_t step, int depth) {
    if (places.empty() || chance(60)) return anything(depth);
    if (chance(40)) return "null";
    const AnswerPlace& place = *places[0];
    if (step == place.path.size()) return terminal(place, depth);
    return place.path[step].each() ? list(places, step, depth) : object(places, step, depth);
  }

  std::string terminal(const AnswerPlace& place, int depth) {
    static constexpr const char* kChannels[] = {"504", "504",   "\"504\"", "505", "505", "502", "\"\\u00350\\u0034\"",
                                                "999", "504.0", "true",    "\"\""};
    if (place.rule == AnswerRule::kDropElement) return kChannels[below(std::size(kChannels))];
    if (place.rule == AnswerRule::kPositional) return array(below(4), [&] { return anything(depth + 2); });
    static constexpr const char* kNames[] = {"Alias",      "Country",     "Email",       "alias", "FirstName",
                                             "CustomerID", "\\u0041lias", "\\u0045mail", "Other", "Alıas"};
    std::string out = "{" + space();
    const std::size_t members = below(5);
    for (std::size_t i = 0; i < members; ++i) {
      const std::string name = kNames[below(std::size(kNames))];
      const bool hidden =
          name == "Email" || name == "\\u0045mail" || name == "FirstName" || name == "Other" || name == "Alıas";
      out += (i == 0 ? "" : "," + space()) + "\"" + name + "\"" + space() + ":" + space() +
             (hidden ? "\"SECRET\"" : anything(depth + 1)) + space();
    }
    return out + "}";
  }

  template <class Make>
  std::string array(std::size_t count, Make&& make) {
    std::string out = "[" + space();
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : "," + space()) + make() + space();
    return out + "]";
  }

  std::string list(const std::vector<const AnswerPlace*>& places, std::size_t step, int depth) {
    return array(below(6), [&] { return value(places, step + 1, depth + 1); });
  }

  std::string object(const std::vector<const AnswerPlace*>& places, std::size_t step, int depth) {
    std::vector<std::string> members;
    std::vector<std::string> names;
    for (const AnswerPlace* place : places) {
      const std::string& name = place->path[step].member;
      if (chance(25) || std::find(names.begin(), names.end(), name) != names.end()) continue;
      names.push_back(name);
      std::vector<const AnswerPlace*> below_it;
      std::copy_if(places.begin(), places.end(), std::back_inserter(below_it),
                   [&](const AnswerPlace* other) { return other->path[step].member == name; });
      const std::string made = value(below_it, step + 1, depth + 1);
      members.push_back(spelled(name) + space() + ":" + space() + made);
      const bool decides = place->rule == AnswerRule::kDropElement && step + 1 == place->path.size();
      if (decides && made != "504" && made != "\"504\"" && made != "\"\\u00350\\u0034\"")
        members.push_back("\"note\":\"SECRET\"");
      if (!chance(50)) continue;
      members.push_back(spelled(name) + ":505");
      if (decides) members.push_back("\"note\":\"SECRET\"");
    }
    for (std::size_t more = below(3); more > 0; --more)
      members.push_back("\"more" + std::to_string(more) + "\":" + anything(depth + 1));
    std::shuffle(members.begin(), members.end(), random_);
    std::string out = "{" + space();
    for (std::size_t i = 0; i < members.size(); ++i) out += (i == 0 ? "" : "," + space()) + members[i] + space();
    return out + "}";
  }

  std::string spelled(std::string name) {
    if (chance(6)) name = fold_ascii(name);
    if (chance(6)) name = fmt::format("\\u{:04x}{}", static_cast<unsigned>(name[0]), name.substr(1));
    return "\"" + name + "\"";
  }

  std::string anything(int depth) {
    static constexpr const char* kPlain[] = {"0",        "-1.5e3",       "true", "null", "\"\"", "\"a\\\"]},{[\"",
                                             "\"\\\\\"", "\"é\\u4e2d\"", "12",   "\"x\""};
    if (depth > 5 || !chance(4)) return kPlain[below(std::size(kPlain))];
    if (chance(2)) return array(below(3), [&] { return anything(depth + 1); });
    return "{\"k\"" + space() + ":" + anything(depth + 1) + ",\"ChannelID\":" + anything(depth + 1) + "}";
  }

  std::string space() {
    static constexpr const char* kSpaces[] = {" ", "\n", "\t", "\r\n  "};
    return chance(5) ? kSpaces[below(std::size(kSpaces))] : "";
  }

  std::mt19937_64 random_;
};

// The answer, fed in pieces of random sizes.
std::string filtered_in_pieces(const Operation& its_operation, const Permitted& permitted, std::string_view answer,
                               Generator& random) {
  AnswerFilter filter(test_catalog(), its_operation, permitted, {0, 1});
  std::string out;
  while (!answer.empty()) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(9), answer.size());
    if (auto fed = filter.feed(answer.substr(0, size), out); !fed) return out + "unreadable: " + fed.error().detail;
    answer.remove_prefix(size);
  }
  auto finished = filter.finish(out);
  return finished ? out : out + "unreadable: " + finished.error().detail;
}

class AnswerFilterProperty : public ::testing::TestWithParam<const char*> {};

TEST_P(AnswerFilterProperty, PassesWhatTheOraclePasses) {
  const Operation& its_operation = operation(GetParam());
  const Permitted permitted = permit({"504"}, {"Alias", "Country"});
  const Oracle oracle(its_operation, permitted, 2);
  constexpr std::uint64_t kSeed = 20'260'501;
  Generator generator(kSeed);
  std::size_t readable = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string answer = generator.answer(its_operation);
    if (generator.chance(20)) answer.erase(generator.below(answer.size()), 1);
    if (generator.chance(20)) answer.insert(generator.below(answer.size() + 1), 1, "{}[],:\"\\0x"[generator.below(10)]);
    SCOPED_TRACE(answer);
    const std::string got = filtered(its_operation, permitted, answer, SIZE_MAX, {0, 1});
    ASSERT_EQ(filtered_in_pieces(its_operation, permitted, answer, generator), got)
        << "the pieces it comes in make no difference";

    const std::optional<Value> expected = oracle.filter(answer);
    const bool refused = got.find("unreadable: ") != std::string::npos;
    ASSERT_EQ(refused, !expected.has_value()) << got;
    if (refused) continue;
    ++readable;
    ASSERT_EQ(parse(got), expected) << got;
  }
  EXPECT_GT(readable, 800u) << "both kinds should be seen";
  EXPECT_LT(readable, 3'800u);
}

TEST_P(AnswerFilterProperty, NothingHiddenPassesEvenBeforeAnError) {
  const Operation& its_operation = operation(GetParam());
  const Permitted permitted = permit({"504"}, {"Alias", "Country"});
  Generator generator(7);
  for (int i = 0; i < 4'000; ++i) {
    std::string answer = generator.answer(its_operation);
    if (generator.chance(2)) answer.resize(generator.below(answer.size() + 1));
    const std::string got = filtered(its_operation, permitted, answer, 1 + generator.below(20), {0, 1});
    ASSERT_EQ(got.find("SECRET"), std::string::npos) << answer << " gave " << got;
  }
}

TEST_P(AnswerFilterProperty, SplitAtEveryByteGivesTheSame) {
  const Operation& its_operation = operation(GetParam());
  const Permitted permitted = permit({"504"}, {"Alias", "Country"});
  Generator generator(11);
  for (int i = 0; i < 60; ++i) {
    const std::string answer = generator.answer(its_operation);
    const std::string got = filtered(its_operation, permitted, answer, SIZE_MAX, {0, 1});
    for (std::size_t at = 0; at < answer.size(); ++at) {
      AnswerFilter filter(test_catalog(), its_operation, permitted, {0, 1});
      std::string out;
      Result<void> result = filter.feed(std::string_view(answer).substr(0, at), out);
      if (result) result = filter.feed(std::string_view(answer).substr(at), out);
      if (result) result = filter.finish(out);
      ASSERT_EQ(result ? out : out + "unreadable: " + result.error().detail, got) << answer << " split at " << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, AnswerFilterProperty,
                         ::testing::Values("Rows", "List", "Campaign", "Campaigns", "Customer", "Customers", "One"),
                         [](const auto& shape) { return std::string(shape.param); });

}  // namespace
}  // namespace latchkey::catalog
