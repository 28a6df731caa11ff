#include "catalog/answer_judge.h"

#include <unordered_set>

#include "catalog/json_reader.h"

namespace latchkey::catalog {
namespace {

using Kind = JsonReader::Kind;

enum class Verdict { kKeep, kDrop, kUnreadable };

const AnswerPlace* place_with(const AnswerTree& tree, AnswerRule rule) {
  const auto at = std::find_if(tree.places.begin(), tree.places.end(),
                               [&](const AnswerPlace* place) { return place->rule == rule; });
  return at == tree.places.end() ? nullptr : *at;
}

}  // namespace

bool decides(const AnswerTree& tree) {
  return place_with(tree, AnswerRule::kDropElement) != nullptr ||
         std::any_of(tree.members.begin(), tree.members.end(),
                     [](const AnswerTree::Member& member) { return decides(*member.tree); });
}

// One walk over one text. What is cut out is left out of `out`; the rest is copied in as few pieces as there are cuts.
class AnswerJudge::Walk {
 public:
  Walk(AnswerJudge& judge, std::string_view text, int depth, std::string& out)
      : judge_(judge), text_(text), reader_(text, Surrogates::kAny, depth), out_(out) {}

  Verdict value(const AnswerTree* tree);

  bool at_end() { return reader_.at_end(); }
  void copy_rest() { out_.append(text_.substr(copied_)); }
  std::string why() const { return reader_.error() != nullptr ? reader_.error() : why_; }

 private:
  // What a walk over an element or member changes, so that it can be taken back.
  struct Mark {
    std::size_t out, copied;
    Counters counters;
  };
  Mark mark() const { return {out_.size(), copied_, judge_.counters_}; }
  void go_back(const Mark& mark) {
    out_.resize(mark.out);
    copied_ = mark.copied;
    judge_.counters_ = mark.counters;
  }
  // Leaves out [from, to), with a comma in its place if something stands on both sides.
  void cut(std::size_t from, std::size_t to, bool comma) {
    out_.append(text_.substr(copied_, from - copied_));
    if (comma) out_ += ',';
    copied_ = to;
  }

  Verdict array(const AnswerTree& tree);
  Verdict object(const AnswerTree& tree);
  Verdict plain(const AnswerTree& tree);
  bool should_remove(const AnswerPlace& place, std::string_view key, std::unordered_set<std::string>& seen);
  Verdict misshapen(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return Verdict::kUnreadable;
  }

  AnswerJudge& judge_;
  const std::string_view text_;
  JsonReader reader_;
  std::string& out_;
  std::size_t copied_ = 0;  // up to where text_ is in out_, or left out
  std::string storage_;     // of the text that was unescaped last
  std::string why_;
};

Verdict AnswerJudge::Walk::value(const AnswerTree* tree) {
  if (tree == nullptr) return reader_.skip() ? Verdict::kKeep : Verdict::kUnreadable;
  const bool is_list = tree->each != nullptr || place_with(*tree, AnswerRule::kPositional) != nullptr;
  const bool is_keyed = !tree->members.empty() || place_with(*tree, AnswerRule::kRemoveMembers) != nullptr;
  switch (reader_.kind()) {
    case Kind::kArray: return is_list ? array(*tree) : misshapen("a list stands where something else was described");
    case Kind::kObject:
      return is_keyed ? object(*tree) : misshapen("an object stands where something else was described");
    case Kind::kNull:
      // Nothing to hide, unless it stands where a row says whose it is.
      if (!reader_.skip()) return Verdict::kUnreadable;
      return decides(*tree) ? Verdict::kDrop : Verdict::kKeep;
    case Kind::kString:
    case Kind::kNumber:
    case Kind::kBoolean:
      return is_list || is_keyed ? misshapen("a plain value stands where a list or an object was described")
                                 : plain(*tree);
    case Kind::kInvalid: break;
  }
  return reader_.skip() ? Verdict::kKeep : Verdict::kUnreadable;
}

// A channel's or attribute's name. What the catalog does not know is not permitted.
Verdict AnswerJudge::Walk::plain(const AnswerTree& tree) {
  std::string_view literal;
  if (!reader_.scalar(literal)) return Verdict::kUnreadable;
  const std::string_view text = literal.front() == '"' ? unescape(literal, storage_) : literal;
  for (const AnswerPlace* place : tree.places) {
    const bool shown =
        place->subject == Subject::kChannel ? judge_.may_show_channel(text) : judge_.may_show_attribute(text);
    if (!shown) return Verdict::kDrop;
  }
  return Verdict::kKeep;
}

Verdict AnswerJudge::Walk::array(const AnswerTree& tree) {
  if (place_with(tree, AnswerRule::kDropElement) != nullptr)
    return misshapen("a list stands where a plain value was described");
  std::size_t count = 0, kept_end = reader_.position() + 1;
  bool any = false, gap = false;
  const bool whole = reader_.array([&](std::size_t start) {
    ++count;
    const Mark before = mark();
    if (gap) cut(kept_end, start, any);
    const Verdict verdict = value(tree.each.get());
    if (verdict == Verdict::kUnreadable) return false;
    if (verdict == Verdict::kDrop) {
      go_back(before);
      judge_.count_dropped();
      gap = true;
      return true;
    }
    any = true;
    gap = false;
    kept_end = reader_.position();
    return true;
  });
  if (!whole) return Verdict::kUnreadable;
  if (gap) cut(kept_end, reader_.position() - 1, false);
  if (place_with(tree, AnswerRule::kPositional) != nullptr && count > judge_.most_positional_) {
    return misshapen("there are more attribute values than were asked for");
  }
  return Verdict::kKeep;
}

// `seen`: the names that were kept so far in this object.
bool AnswerJudge::Walk::should_remove(const AnswerPlace& place, std::string_view key,
                                      std::unordered_set<std::string>& seen) {
  const Catalog& catalog = judge_.catalog_;
  const bool is_none = std::any_of(place.keep.begin(), place.keep.end(),
                                   [&](const std::string& name) { return same_parameter_name(catalog, name, key); });
  if (!is_none && !judge_.may_show_attribute(key)) return true;
  const bool fold = catalog.options().parameters_ignore_case || catalog.options().attributes_ignore_case;
  if (!seen.insert(fold ? fold_ascii(key) : std::string(key)).second) misshapen("an object names an attribute twice");
  return false;
}

Verdict AnswerJudge::Walk::object(const AnswerTree& tree) {
  const AnswerPlace* const removing = place_with(tree, AnswerRule::kRemoveMembers);
  std::unordered_set<std::string> seen;
  MetMembers met;
  std::size_t kept_end = reader_.position() + 1;
  bool any = false, gap = false, keep = true;
  const bool whole = reader_.object([&](std::string_view literal, std::size_t start) {
    const std::string_view key = unescape(literal, storage_);
    const AnswerTree* below = nullptr;
    for (std::size_t i = 0; i < tree.members.size(); ++i) {
      if (!same_parameter_name(judge_.catalog_, key, tree.members[i].name)) continue;
      if (!met.insert(i)) return misshapen("an object names " + tree.members[i].name + " twice"), false;
      below = tree.members[i].tree.get();
    }
    if (removing != nullptr && should_remove(*removing, key, seen)) {
      ++judge_.counters_.removed_members;
      gap = true;
      return reader_.skip();
    }
    if (!why_.empty()) return false;
    if (gap) cut(kept_end, start, any);
    const Verdict verdict = value(below);
    if (verdict == Verdict::kUnreadable) return false;
    // Read on: what is dropped must be readable too.
    keep = keep && verdict == Verdict::kKeep;
    any = true;
    gap = false;
    kept_end = reader_.position();
    return true;
  });
  if (!whole) return Verdict::kUnreadable;
  if (gap) cut(kept_end, reader_.position() - 1, false);
  for (std::size_t i = 0; i < tree.members.size(); ++i) {
    if (!met.contains(i) && decides(*tree.members[i].tree))
      return misshapen("a row does not say its " + tree.members[i].name);
  }
  return keep ? Verdict::kKeep : Verdict::kDrop;
}

AnswerJudge::AnswerJudge(const Catalog& catalog, const Permitted& permitted,
                         const std::vector<std::uint16_t>& positional)
    : catalog_(catalog), permitted_(permitted), most_positional_(positional.size()) {
  // The check refuses who asks for more than is permitted. Should one come here all the same, no value passes.
  const bool all = !permitted.attributes || std::all_of(positional.begin(), positional.end(), [&](std::uint16_t i) {
    return permitted.attributes->contains(i);
  });
  if (!all) most_positional_ = 0;
}

bool AnswerJudge::may_show_channel(std::string_view text) const {
  if (!permitted_.channels) return true;
  const auto index = catalog_.channel_index(text);
  return index && permitted_.channels->contains(*index);
}

bool AnswerJudge::may_show_attribute(std::string_view name) const {
  if (!permitted_.attributes) return true;
  const auto index = catalog_.attribute_index(name);
  return index && permitted_.attributes->contains(*index);
}

Result<bool> AnswerJudge::judge(std::string_view text, const AnswerTree* tree, int depth, std::string& out) {
  const auto unreadable = [](std::string why) {
    return fail(ErrorCode::kCorrupt, "The answer is not valid JSON, or not of the shape that the catalog describes.",
                std::move(why));
  };
  if (!is_utf8(text)) return unreadable("it is not UTF-8");
  const std::size_t before = out.size();
  const Counters counters = counters_;
  Walk walk(*this, text, depth, out);
  const Verdict verdict = walk.value(tree);
  if (verdict == Verdict::kUnreadable || !walk.at_end()) {
    out.resize(before);
    counters_ = counters;
    return unreadable(walk.why());
  }
  if (verdict == Verdict::kDrop) {
    out.resize(before);
    counters_ = counters;
    return false;
  }
  walk.copy_rest();
  return true;
}

}  // namespace latchkey::catalog
