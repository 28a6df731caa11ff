#include "catalog/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "catalog/decode.h"

namespace latchkey::catalog {
namespace {

// What ends the parsing; caught in Document::parse, never outside.
struct Unreadable {
  Place place;
  std::string message;
};

Place place_of(const YAML::Mark& mark) { return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1}; }

Place place_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto lines = std::count(before.begin(), before.end(), '\n');
  // Characters, not bytes, as yaml-cpp counts.
  const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(),
                                    [](char c) { return (c & 0xc0) != 0x80; });
  return {static_cast<int>(lines) + 1, static_cast<int>(column) + 1};
}

// yaml-cpp takes what is not UTF-8, and control characters, in silence.
void require_text(std::string_view text) {
  if (text.size() > kMaxDocumentBytes) {
    throw Unreadable{{}, fmt::format("The file has {} bytes; at most {} are read.", text.size(), kMaxDocumentBytes)};
  }
  if (const auto bad = first_invalid_utf8(text)) {
    throw Unreadable{place_at(text, *bad), "The file is not valid UTF-8 here."};
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      throw Unreadable{place_at(text, i),
                       fmt::format("The file holds the control character U+{:04X} here; take it out.", byte)};
    }
  }
}

}  // namespace

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, Diagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (document_.root_ != nullptr) {
      throw Unreadable{place_of(mark),
                       "A second document starts here; a catalog is one document, so take out the line \"---\"."};
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(make(Node::Kind::kNull, mark, anchor)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Unreadable{place_of(mark), "There is no anchor of this name before here."};
    for (const Open& open : open_) {
      if (open.node == found->second)
        throw Unreadable{place_of(mark), "This alias stands inside what it names, so it would never end."};
    }
    put(found->second);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node* node = make(Node::Kind::kScalar, mark, anchor);
    node->text = value;
    node->quoted = tag != "?";
    put(node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(Node::Kind::kSequence, mark, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(Node::Kind::kMapping, mark, anchor));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node* node;
    const Node* key = nullptr;                       // of a mapping: the key whose value comes next
    std::unordered_map<std::string_view, int> keys;  // to their lines
  };

  Node* make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (document_.nodes_.size() >= kMaxDocumentNodes) {
      throw Unreadable{place_of(mark),
                       fmt::format("The file holds more than {} values; make it smaller.", kMaxDocumentNodes)};
    }
    Node& node = document_.nodes_.emplace_back();
    node.kind = kind;
    node.place = place_of(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    return &node;
  }

  void open(Node* node) {
    if (open_.size() >= kMaxDocumentDepth) {
      throw Unreadable{node->place, fmt::format("The file is nested deeper than {} levels here.", kMaxDocumentDepth)};
    }
    put(node);
    open_.push_back({node, nullptr, {}});
  }
  void close() { open_.pop_back(); }

  void put(const Node* node) {
    if (open_.empty()) {
      document_.root_ = node;
      return;
    }
    Open& open = open_.back();
    if (open.node->is_sequence()) {
      open.node->items.push_back(node);
    } else if (open.key == nullptr) {
      open.key = node;
      if (!node->is_scalar()) throw Unreadable{node->place, "A key must be text; put it in quotes."};
      if (node->text == "<<" && !node->quoted)
        throw Unreadable{node->place, "Merge keys (\"<<\") are not taken; use \"$ref\"."};
    } else {
      add_member(open, node);
      open.key = nullptr;
    }
  }

  void add_member(Open& open, const Node* value) {
    const auto [first, fresh] = open.keys.emplace(open.key->text, open.key->place.line);
    if (fresh) {
      open.node->members.push_back({open.key, value});
    } else {
      diagnostics_.error(open.key->place,
                         fmt::format("The key \"{}\" stands twice in this mapping; the first is in line {}.",
                                     open.key->text, first->second));
    }
  }

  Document& document_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
};

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key->text == key) return member.value;
  }
  return nullptr;
}

std::unique_ptr<const Document> Document::parse(std::string_view text, Diagnostics& diagnostics) {
  auto document = std::make_unique<Document>();
  try {
    require_text(text);
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    TreeBuilder builder(*document, diagnostics);
    while (parser.HandleNextDocument(builder)) {
    }
    if (document->root_ == nullptr) throw Unreadable{{}, "The file is empty."};
    return document;
  } catch (const Unreadable& unreadable) {
    diagnostics.error(unreadable.place, unreadable.message);
  } catch (const YAML::Exception& exception) {
    diagnostics.error(place_of(exception.mark), fmt::format("This is not valid YAML: {}.", exception.msg));
  } catch (const std::exception& exception) {
    diagnostics.error({}, fmt::format("This can't be read: {}.", exception.what()));
  }
  return nullptr;
}

const Node* Document::resolve(std::string_view reference) const {
  if (reference == "#") return root_;
  if (!reference.starts_with("#/")) return nullptr;
  const Node* node = root_;
  std::size_t at = 1;
  while (node != nullptr && at < reference.size()) {
    const std::size_t end = std::min(reference.find('/', at + 1), reference.size());
    const auto step = unescape_pointer_step(reference.substr(at + 1, end - at - 1));
    if (!step) return nullptr;
    if (node->is_sequence()) {
      std::size_t index = 0;
      for (const char digit : *step) {
        if (digit < '0' || digit > '9' || index > kMaxDocumentNodes) return nullptr;
        index = index * 10 + static_cast<std::size_t>(digit - '0');
      }
      node = step->empty() || index >= node->items.size() ? nullptr : node->items[index];
    } else {
      node = node->find(*step);
    }
    at = end;
  }
  return node;
}

}  // namespace latchkey::catalog
