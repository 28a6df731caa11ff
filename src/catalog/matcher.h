// From method and path to an operation. Paths without parameters are found by one hash of the whole path (those that are
// spelt as in the catalog by one of a few of their bytes, since a comparison of all follows); the others by walking a trie of segments, in which a literal segment wins over a parameter (and is left again if it leads nowhere).
//
// Two templates that could both mean a path are refused by the loader. One doubt only a request can raise: a segment that
// spells a literal in percent-encoding ("/keys/all%3Anow" beside "/keys/{id}" and "/keys/all:now"). Such a path has two
// readings and matches nothing.
//
// Immutable once all templates are added; safe to read from any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/path_template.h"

namespace latchkey::catalog {

class Catalog::Matcher {
 public:
  explicit Matcher(bool ignore_case);
  // Each method and template once (catalog/path_template.h, compare).
  void add(std::string_view method, const PathTemplate& path, std::uint16_t operation);
  bool match(std::string_view method, std::string_view path, const std::vector<Operation>& operations,
             Match& match) const;
  // The operation without parameters that has this path letter by letter; null: none, though match() may find one.
  const Operation* find_spelt(std::string_view method, std::string_view path,
                              const std::vector<Operation>& operations) const;

 private:
  using NodeIndex = std::uint32_t;
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kMethods = 8;

  struct Node {
    NodeIndex parameter = kNone;
    std::uint32_t operation[kMethods];  // of the templates that end here
  };
  // A step from a node by a literal segment; or, from kNone, a whole path without parameters.
  struct Entry {
    std::uint64_t hash;
    std::uint32_t from;
    std::uint32_t to;  // a node; or an operation
    std::string text;  // folded if case is ignored
  };
  // Open addressing; at most half full.
  struct Table {
    std::vector<std::uint32_t> slots = std::vector<std::uint32_t>(16, kNone);
    std::vector<Entry> entries;
    void insert(Entry entry);
    const Entry* find(std::uint64_t hash, std::uint32_t from, std::string_view text, bool fold) const;
  };
  struct Walk {
    std::size_t method;
    std::vector<PathValue>& values;
    bool doubtful = false;
  };

  NodeIndex make_node();
  const Entry* step(NodeIndex from, std::string_view segment) const;
  bool spells_a_literal(NodeIndex from, std::string_view segment) const;
  std::uint32_t descend(NodeIndex node, std::string_view rest, Walk& walk) const;

  const bool ignores_case_;
  // Whole paths without parameters as they are spelt, by method.
  struct Spelt {
    std::uint64_t mark = 0;  // of the path; 0: a free slot
    std::uint32_t method = 0;
    std::uint32_t operation = 0;
    std::string path;
  };
  static std::uint64_t mark_of(std::string_view path, std::size_t method);
  void add_spelt(std::string path, std::size_t method, std::uint32_t operation);

  std::vector<Spelt> spelt_;  // open addressing; at most half full
  std::size_t spelt_count_ = 0;
  Table whole_paths_;
  Table steps_;
  std::vector<Node> nodes_;
  std::vector<std::vector<std::string>> parameter_names_;  // by operation
  bool has_parameters_ = false;
};

}  // namespace latchkey::catalog
