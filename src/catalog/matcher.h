// From method and path to an operation. Templates without parameters are found by one hash; the others by a trie of
// segments, in which a literal segment wins over a parameter.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"

namespace latchkey::catalog {

struct Catalog::Matcher {
  struct Node {
    std::unordered_map<std::string, std::unique_ptr<Node>> literal;
    std::unique_ptr<Node> parameter;
    std::vector<std::pair<std::string, std::uint16_t>> methods;  // operations whose template ends here
    std::vector<std::string> parameter_names;                    // of that template, in order
  };
  struct Literal {
    std::string method, path;  // folded if case is ignored
    std::uint16_t operation;
  };

  explicit Matcher(bool ignore_case) : ignores_case(ignore_case) {}
  // False when an operation with this method and an equal template is there already; its index is in `other`.
  bool add(const Operation& operation, std::uint16_t& other);
  bool match(std::string_view method, std::string_view path, const std::vector<Operation>& operations, Match& match) const;

  bool ignores_case;
  std::vector<Literal> literals;
  std::unordered_multimap<std::uint64_t, std::size_t> by_hash;
  Node root;
  bool has_parameters = false;

 private:
  std::uint64_t hash(std::string_view method, std::string_view path) const;
  bool same(std::string_view a, std::string_view b) const;
  const Node* descend(const Node& node, std::string_view rest, std::string_view method, std::vector<PathValue>& values) const;
};

}  // namespace latchkey::catalog
