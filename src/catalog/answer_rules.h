// The answer rules of an operation that limit a key, arranged as the answer is, with what each member's name means to them.
// Used by AnswerFilter and AnswerJudge. One thread.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/fold.h"
#include "catalog/place_tree.h"

namespace latchkey::catalog {

using AnswerTree = PlaceTree<AnswerPlace>;

// What a key may see.
class AnswerRights {
 public:
  // What is referred to must outlive it.
  AnswerRights(const Catalog& catalog, const Permitted& permitted) : catalog_(catalog), permitted_(permitted) {}

  const Catalog& catalog() const { return catalog_; }
  const Permitted& permitted() const { return permitted_; }
  // What the catalog does not know is not permitted.
  bool may_show(Subject subject, std::string_view text) const;

 private:
  const Catalog& catalog_;
  const Permitted& permitted_;
};

// What is to be done with a member of an object.
struct MemberRule {
  static constexpr std::size_t kNone = SIZE_MAX;
  std::size_t member = kNone;     // its number in AnswerNode::members
  std::size_t kept_name = kNone;  // of the names that an object may have once, its number
  bool removed = false;
  bool is_free() const { return member == kNone && kept_name == kNone && !removed; }
};

class AnswerNode;

// The rules for the names that an object of one place has had so far. The rows of an answer name the same members in much
// the same order, so each name remembers which one came after it: a name is then one comparison. Bounded; what finds no
// room, or has escapes, is judged anew each time.
class MemberRules {
 public:
  static constexpr std::size_t kMostNames = 64;
  static constexpr std::size_t kMostBytes = 31;  // of a name that is remembered, quotes included

  struct Known {
    std::array<std::uint64_t, 4> literal = {};  // and a colon; zeros behind it
    std::array<std::uint64_t, 4> mask = {};     // ones where that stands
    std::size_t size = 0;                       // of the literal
    MemberRule rule = {};
    Known* next = nullptr;  // that came after it when it was last seen

    // Whether these 32 bytes begin with the name and its colon.
    bool begins(const char* bytes) const {
      std::uint64_t difference = 0;
      for (std::size_t i = 0; i < literal.size(); ++i) difference |= (load_word(bytes + 8 * i) ^ literal[i]) & mask[i];
      return difference == 0;
    }
  };

  // Of an expected name and its colon.
  static constexpr int kNameTokens = 3;

  // What comes before the first name of an object.
  Known* start() { return &first_; }
  // The name that most likely comes after `before`, if these 32 bytes begin with it and a colon.
  static Known* expected(const Known& before, const char* bytes) {
    Known* const next = before.next;
    return next != nullptr && next->begins(bytes) ? next : nullptr;
  }
  // The rule for a name as it is written, which came after `before` in its object; `before` becomes this one. `node` is what
  // the object is judged by. Valid until the next call.
  const MemberRule& look_up(std::string_view literal, Known*& before, const AnswerNode& node,
                            const AnswerRights& rights);

 private:
  MemberRule judge(std::string_view name, const AnswerNode& node, const AnswerRights& rights);

  Known first_;                                              // stands before all of them
  std::vector<std::unique_ptr<Known>> known_;                // which point at one another
  MemberRule unknown_;                                       // for the last name that is not remembered
  std::unordered_map<std::string, std::size_t> kept_names_;  // no more than the catalog has
};

// One place of an answer, and those below it.
class AnswerNode {
 public:
  struct Member {
    std::string name;
    std::unique_ptr<AnswerNode> node;
  };

  // Points to the tree's places, which must outlive it.
  explicit AnswerNode(const AnswerTree& tree);

  std::vector<const AnswerPlace*> places;  // that are this value itself
  std::unique_ptr<AnswerNode> each;        // what is about the elements, if this is an array
  std::vector<Member> members;             // what is about the members, if this is an object

  bool empty() const { return places.empty() && !each && members.empty(); }

  bool is_list = false, is_keyed = false;  // what it must be; neither: a plain value
  bool drops = false;                      // it names what decides about the element that holds it
  bool positional = false;                 // its elements are values of the attributes asked for
  const AnswerPlace* removing = nullptr;   // by which members go
  // Whether it decides about this value as a whole, or something below it does, there being no array in between.
  bool decides = false;
  // Whether its parts can be passed on one by one: no part can condemn another.
  bool opens_as_list = false, opens_as_object = false;

  // Whether a plain value as it is written may be seen. May be read up to eight bytes on.
  bool shows(std::string_view literal, const AnswerRights& rights) const;
  MemberRules& member_rules() const { return member_rules_; }

 private:
  struct Shown {
    std::uint64_t literal = 0;  // zeros behind it
    bool shown = false;
  };
  bool judge(std::string_view literal, const AnswerRights& rights) const;
  bool has_place_outside_lists() const;

  mutable MemberRules member_rules_;
  mutable std::array<Shown, 16> lately_;  // what short literals were found to be
};

// The first `size` (1 to 8) of eight bytes, and zeros for the others.
inline std::uint64_t load_short(const char* text, std::size_t size) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const std::size_t others = 8 * (8 - size);
  return load_word(text) & (std::endian::native == std::endian::little ? kAll >> others : kAll << others);
}

inline bool AnswerNode::shows(std::string_view literal, const AnswerRights& rights) const {
  if (literal.size() > 8) return judge(literal, rights);
  const std::uint64_t word = load_short(literal.data(), literal.size());
  Shown& lately = lately_[word * 0x9e3779b97f4a7c15 >> 60];
  if (lately.literal != word) lately = {word, judge(literal, rights)};
  return lately.shown;
}

}  // namespace latchkey::catalog
