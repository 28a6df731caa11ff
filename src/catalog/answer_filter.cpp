#include "catalog/answer_filter.h"

#include "catalog/answer_judge.h"
#include "catalog/json_reader.h"
#include "catalog/value_splitter.h"

namespace latchkey::catalog {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::unexpected<Error> unreadable(std::string why) {
  return fail(ErrorCode::kCorrupt, "The answer is not valid JSON, or not of the shape that the catalog describes.",
              std::move(why));
}

}  // namespace

// Two kinds of containers: those that stay open, whose parts are judged one by one as they arrive, and those that are
// gathered and judged whole. An array stays open if rules are about its elements; an object, if all that rules are about
// lies in arrays below it, so that no part of it can condemn another.
struct AnswerFilter::State {
  enum class Expect { kValue, kFirstElement, kFirstKey, kKey, kColon, kCommaOrEnd, kNothing };

  struct OpenContainer {
    const AnswerTree* tree;
    bool is_array;
    bool any_kept = false;               // an array's: whether a comma is due
    const AnswerTree* member = nullptr;  // an object's: what the value of the last name is about
    MetMembers met = {};
  };

  State(const Catalog& its_catalog, const Operation& operation, const Permitted& limits,
        const std::vector<std::uint16_t>& positional)
      : catalog(its_catalog), permitted(limits), judge(its_catalog, permitted, positional) {
    for (const AnswerPlace& place : operation.answer) {
      const bool limited =
          place.subject == Subject::kChannel ? permitted.channels.has_value() : permitted.attributes.has_value();
      if (limited) rules.add(catalog, place);
    }
  }

  Result<void> feed(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
      if (gathering) {
        LK_TRY(gather(bytes, out));
      } else if (is_space(bytes.front())) {
        LK_TRY(pass_space(bytes, out));
      } else {
        LK_TRY(token(bytes, out));
      }
    }
    return {};
  }

  Result<void> finish(std::string& out) {
    if (gathering && open.empty() && splitter.ends_by_what_follows()) LK_TRY(end_gathered(gathered, out));
    if (gathering || expect != Expect::kNothing) return unreadable("it ends early");
    return {};
  }

  // White space within filtered arrays is left out; elsewhere it passes.
  Result<void> pass_space(std::string_view& bytes, std::string& out) {
    std::size_t n = 0;
    while (n < bytes.size() && is_space(bytes[n])) ++n;
    if (open.empty() || !open.back().is_array) LK_TRY(pass(bytes.substr(0, n), out));
    bytes.remove_prefix(n);
    return {};
  }

  // Structure around the values. Until the first value has been judged it waits, so that an answer that can't be read at
  // all is refused before anything of it is sent.
  Result<void> pass(std::string_view structure, std::string& out) {
    if (started) return out += structure, Result<void>{};
    if (pending.size() + structure.size() > kMaxElementBytes) return unreadable("it begins with too much white space");
    pending += structure;
    return {};
  }

  void start(std::string& out) {
    started = true;
    out += pending;
    pending.clear();
  }

  Result<void> token(std::string_view& bytes, std::string& out) {
    const char c = bytes.front();
    switch (expect) {
      case Expect::kFirstElement:
        if (c == ']') return close(bytes, out);
        [[fallthrough]];
      case Expect::kValue: return begin_value(bytes, out);
      case Expect::kFirstKey:
        if (c == '}') return close(bytes, out);
        [[fallthrough]];
      case Expect::kKey:
        if (c != '"') return unreadable("a member's name is missing");
        begin_gathering(c);
        return {};
      case Expect::kColon:
        if (c != ':') return unreadable("a colon is missing");
        expect = Expect::kValue;
        bytes.remove_prefix(1);
        return pass(":", out);
      case Expect::kCommaOrEnd: return comma_or_end(bytes, out);
      case Expect::kNothing: break;
    }
    return unreadable("something follows its end");
  }

  Result<void> comma_or_end(std::string_view& bytes, std::string& out) {
    const bool in_array = open.back().is_array;
    if (bytes.front() == (in_array ? ']' : '}')) return close(bytes, out);
    if (bytes.front() != ',') return unreadable("a comma or a closing bracket is missing");
    bytes.remove_prefix(1);
    expect = in_array ? Expect::kValue : Expect::kKey;
    // Between elements it is written once the next one is kept.
    return in_array ? Result<void>{} : pass(",", out);
  }

  // What the value that begins here is about; null: nothing.
  const AnswerTree* tree_here() const {
    if (open.empty()) return &rules;
    return open.back().is_array ? open.back().tree->each.get() : open.back().member;
  }

  Result<void> begin_value(std::string_view& bytes, std::string& out) {
    const char c = bytes.front();
    const AnswerTree* tree = tree_here();
    const bool in_array = !open.empty() && open.back().is_array;
    const bool may_open = tree != nullptr && !in_array && tree->places.empty();
    const bool opens_array = may_open && c == '[' && tree->each && tree->members.empty();
    const bool opens_object = may_open && c == '{' && !tree->each && !decides_here(*tree);
    if (!opens_array && !opens_object) {
      begin_gathering(c);
      return {};
    }
    open.push_back({tree, opens_array});
    expect = opens_array ? Expect::kFirstElement : Expect::kFirstKey;
    bytes.remove_prefix(1);
    return pass(opens_array ? "[" : "{", out);
  }

  // Whether some rule is about a part of this object that is not in an array below it.
  static bool decides_here(const AnswerTree& tree) {
    return !tree.places.empty() ||
           std::any_of(tree.members.begin(), tree.members.end(),
                       [](const AnswerTree::Member& member) { return decides_here(*member.tree); });
  }

  Result<void> close(std::string_view& bytes, std::string& out) {
    LK_TRY(pass(bytes.substr(0, 1), out));
    bytes.remove_prefix(1);
    open.pop_back();
    end_value(out);
    return {};
  }

  void end_value(std::string& out) {
    expect = open.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
    if (open.empty()) start(out);
  }

  void begin_gathering(char first) {
    gathering = true;
    splitter = ValueSplitter(first);
  }

  Result<void> gather(std::string_view& bytes, std::string& out) {
    const std::string_view part = bytes.substr(0, splitter.scan(bytes));
    if (gathered.size() + part.size() > kMaxElementBytes) return unreadable("one of its values is larger than 4 MiB");
    bytes.remove_prefix(part.size());
    // A value that came in one piece needs no copy.
    if (splitter.ended() && gathered.empty()) return end_gathered(part, out);
    gathered += part;
    if (!splitter.ended()) return {};
    auto ended = end_gathered(gathered, out);
    gathered.clear();
    return ended;
  }

  Result<void> end_gathered(std::string_view text, std::string& out) {
    gathering = false;
    if (expect == Expect::kKey || expect == Expect::kFirstKey) return end_key(text, out);
    const bool in_array = !open.empty() && open.back().is_array;
    const std::size_t before = out.size();
    out += pending;
    if (in_array && open.back().any_kept) out += ',';
    auto kept = judge.judge(text, tree_here(), static_cast<int>(open.size()), out);
    if (!kept || !*kept) out.resize(before);
    if (!kept) return std::unexpected(std::move(kept.error()));
    if (*kept) {
      started = true;
      pending.clear();
      if (in_array) open.back().any_kept = true;
    } else if (in_array) {
      judge.count_dropped();
    } else {
      return unreadable("all of it is about what is not permitted");
    }
    end_value(out);
    return {};
  }

  Result<void> end_key(std::string_view literal, std::string& out) {
    JsonReader reader(literal);
    if (!reader.skip()) return unreadable(reader.error());
    if (!is_utf8(literal)) return unreadable("it is not UTF-8");
    OpenContainer& object = open.back();
    object.member = nullptr;
    std::string storage;
    const std::string_view key = unescape(literal, storage);
    for (std::size_t i = 0; i < object.tree->members.size(); ++i) {
      const AnswerTree::Member& member = object.tree->members[i];
      if (!same_parameter_name(catalog, key, member.name)) continue;
      if (!object.met.insert(i)) return unreadable("an object names " + member.name + " twice");
      object.member = member.tree.get();
    }
    expect = Expect::kColon;
    return pass(literal, out);
  }

  const Catalog& catalog;
  const Permitted permitted;
  AnswerJudge judge;
  AnswerTree rules;

  Expect expect = Expect::kValue;
  std::vector<OpenContainer> open;
  ValueSplitter splitter;
  bool gathering = false;
  std::string gathered;  // of the value in progress, what came in earlier chunks
  bool started = false;  // something has been passed on
  std::string pending;   // structure that waits for the first value to be judged
  bool failed = false;
};

AnswerFilter::AnswerFilter(const Catalog& catalog, const Operation& operation, const Permitted& permitted,
                           const std::vector<std::uint16_t>& positional)
    : state_(std::make_unique<State>(catalog, operation, permitted, positional)) {}
AnswerFilter::~AnswerFilter() = default;
AnswerFilter::AnswerFilter(AnswerFilter&&) noexcept = default;

Result<void> AnswerFilter::feed(std::string_view chunk, std::string& out) {
  if (state_->failed) return unreadable("it was unreadable before");
  if (state_->rules.empty()) return out += chunk, Result<void>{};
  auto result = state_->feed(chunk, out);
  state_->failed = !result;
  return result;
}

Result<void> AnswerFilter::finish(std::string& out) {
  if (state_->failed) return unreadable("it was unreadable before");
  if (state_->rules.empty()) return {};
  auto result = state_->finish(out);
  state_->failed = !result;
  return result;
}

std::size_t AnswerFilter::dropped_elements() const { return state_->judge.counters().dropped_elements; }
std::size_t AnswerFilter::removed_members() const { return state_->judge.counters().removed_members; }
std::size_t AnswerFilter::buffered_bytes() const { return state_->gathered.size() + state_->pending.size(); }

}  // namespace latchkey::catalog
