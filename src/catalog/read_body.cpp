#include "catalog/json_reader.h"
#include "catalog/media_type.h"
#include "catalog/place_tree.h"
#include "catalog/place_values.h"
#include "catalog/read_request.h"

namespace latchkey::catalog {
namespace {

using Tree = PlaceTree<BodyPlace>;
using Kind = JsonReader::Kind;

// Walks a body down its places. Each step answers false once `problem` is set or the JSON turns out invalid.
class BodyWalk {
 public:
  BodyWalk(const Catalog& catalog, std::string_view body, Asked& asked)
      : catalog_(catalog), asked_(asked), reader_(body, Surrogates::kPaired) {}

  std::optional<BodyProblem> read(const Tree& root) {
    if (value(&root, {}) && reader_.at_end()) return std::nullopt;
    if (problem_) return std::move(*problem_);
    return BodyProblem{400,
                       fmt::format("The body is not valid JSON ({}); correct it and send it again.", reader_.error())};
  }

 private:
  // `name` says where we are, for the caller; empty: at the top.
  bool value(const Tree* tree, std::string_view name) {
    if (tree == nullptr) return reader_.skip();
    switch (reader_.kind()) {
      case Kind::kNull: return absent(*tree), reader_.skip();
      case Kind::kObject: return tree->members.empty() ? wrong_kind(*tree, name) : object(*tree);
      case Kind::kArray: return tree->each ? array(*tree, name) : wrong_kind(*tree, name);
      case Kind::kString:
      case Kind::kNumber: return tree->places.empty() ? wrong_kind(*tree, name) : scalar(*tree, name);
      case Kind::kBoolean: return wrong_kind(*tree, name);
      case Kind::kInvalid: break;
    }
    return reader_.skip();
  }

  bool object(const Tree& tree) {
    MetMembers met;
    const bool whole = reader_.object([&](std::string_view literal, std::size_t) {
      const std::string_view key = unescape(literal, storage_);
      for (std::size_t i = 0; i < tree.members.size(); ++i) {
        const Tree::Member& member = tree.members[i];
        const NameMatch match = match_member(catalog_, key, member.name);
        if (match == NameMatch::kOther) continue;
        if (match != NameMatch::kSame) {
          return refuse(fmt::format("The body has a member whose name some servers would take for {}; leave it out.",
                                    member.name));
        }
        if (!met.insert(i))
          return refuse(fmt::format("The body names {} twice in one object; name it once.", member.name));
        return value(member.tree.get(), member.name);
      }
      return reader_.skip();
    });
    for (std::size_t i = 0; whole && i < tree.members.size(); ++i) {
      if (!met.contains(i)) absent(*tree.members[i].tree);
    }
    return whole;
  }

  bool array(const Tree& tree, std::string_view name) {
    bool any = false;
    if (!reader_.array([&](std::size_t) { return any = true, value(tree.each.get(), name); })) return false;
    // A list of no values may mean all of them; a list of no rows asks for nothing.
    if (!any && !tree.each->places.empty()) absent(*tree.each);
    return true;
  }

  bool scalar(const Tree& tree, std::string_view name) {
    std::string_view literal;
    if (!reader_.scalar(literal)) return false;
    const bool is_text = literal.front() == '"';
    // 504.0 and 5.04e2 are 504 to some servers, and an error or another number to others.
    if (!is_text && literal.find_first_of(".eE") != std::string_view::npos) return wrong_kind(tree, name);
    const std::string_view text = is_text ? unescape(literal, storage_) : literal;
    for (const BodyPlace* place : tree.places) {
      if (auto why = note_value(catalog_, place->subject, place->everything, text, asked_))
        return refuse(std::move(*why));
    }
    return true;
  }

  void absent(const Tree& tree) {
    tree.for_each_place([&](const BodyPlace& place) { note_absent(place.subject, place.when_absent, asked_); });
  }

  bool wrong_kind(const Tree& tree, std::string_view name) {
    const std::string_view right = !tree.places.empty() ? "a text or a whole number"
                                   : tree.each          ? "a list"
                                                        : "an object";
    if (name.empty()) return refuse(fmt::format("The body must be {}, as the API describes it.", right));
    return refuse(fmt::format("The body must have {} as {}, as the API describes it.", right, name));
  }

  bool refuse(std::string detail) {
    problem_ = BodyProblem{400, std::move(detail)};
    return false;
  }

  const Catalog& catalog_;
  Asked& asked_;
  JsonReader reader_;
  std::string storage_;  // of the text that was unescaped last
  std::optional<BodyProblem> problem_;
};

}  // namespace

std::optional<BodyProblem> read_body(const Catalog& catalog, const Operation& operation, std::string_view content_type,
                                     std::string_view body, Asked& asked) {
  if (operation.body.empty()) return std::nullopt;
  if (body.empty()) {
    for (const BodyPlace& place : operation.body) note_absent(place.subject, place.when_absent, asked);
    return std::nullopt;
  }
  if (!is_json_in_utf8(content_type)) {
    return BodyProblem{415,
                       "The body must be JSON in UTF-8, because this API key's restrictions depend on it; send "
                       "Content-Type: application/json."};
  }
  if (body.starts_with("\xef\xbb\xbf"))
    return BodyProblem{400, "The body begins with a byte order mark; leave it out."};
  if (!is_utf8(body)) return BodyProblem{400, "The body is not UTF-8; encode it so and send it again."};
  Tree tree;
  for (const BodyPlace& place : operation.body) tree.add(catalog, place);
  return BodyWalk(catalog, body, asked).read(tree);
}

}  // namespace latchkey::catalog
