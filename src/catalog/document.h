// A YAML (or JSON) text as a tree in which everything remembers where it stands. Stricter than YAML: no key twice, no
// key that is not text, one document, no merge keys; and bounded in size, depth and number of nodes. An alias is another
// pointer to the same node, so that a text can't grow by naming itself.
//
//   Diagnostics diagnostics("api.yaml");
//   if (auto document = Document::parse(text, diagnostics)) use(document->root().find("paths"));
//
// Immutable after parsing. For this room only.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/diagnostics.h"

namespace latchkey::catalog {

inline constexpr std::size_t kMaxDocumentBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kMaxDocumentNodes = 500'000;
inline constexpr std::size_t kMaxDocumentDepth = 64;

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };
  struct Member {
    const Node* key;
    const Node* value;
  };

  Kind kind = Kind::kNull;
  bool quoted = false;  // a scalar in quotes, which is text whatever it looks like
  Place place;
  std::string text;                // of a scalar
  std::vector<const Node*> items;  // of a sequence
  std::vector<Member> members;     // of a mapping, in the order of the text

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  // The value of this key; null if there is none, or if this is no mapping.
  const Node* find(std::string_view key) const;
};

class Document {
 public:
  // Null if the text can't be read at all. Duplicate keys are reported and the first one kept.
  static std::unique_ptr<const Document> parse(std::string_view text, Diagnostics& diagnostics);

  const Node& root() const { return *root_; }
  const std::deque<Node>& nodes() const { return nodes_; }
  // What a local reference such as "#/components/schemas/Row" names; null if it names nothing.
  const Node* resolve(std::string_view reference) const;

 private:
  friend class TreeBuilder;
  std::deque<Node> nodes_;  // a deque, because nodes point at one another
  const Node* root_ = nullptr;
};

}  // namespace latchkey::catalog
