// Takes a query apart as servers do, and refuses one that they would take apart differently. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::catalog {

struct QueryParameter {
  std::string name;   // percent-decoded, '+' as a space
  std::string value;  // the same
  // Where a server that takes ';' as a separator of parameters would see further names ("a=1;b;c": b, c), decoded.
  std::vector<std::string> names_after_semicolons;
};

// Null, or a public sentence: why the query has no single reading.
std::optional<std::string> take_apart(std::string_view query, std::vector<QueryParameter>& out);

}  // namespace latchkey::catalog
