// From an OpenAPI document (YAML or JSON) with `x-latchkey` extensions to a Catalog. Reports every mistake, not the
// first, each with its place in the file.
//
//   LoadResult loaded = load_catalog_file("catalogs/optimove.yaml");
//   for (const Diagnostic& d : loaded.diagnostics) print(d.to_string());
//   if (loaded.catalog) serve(*loaded.catalog);
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace latchkey::catalog {

struct Diagnostic {
  std::string file;
  int line = 0;  // from 1
  int column = 0;
  bool error = true;    // false: a warning, which does not stop the catalog from loading
  std::string message;  // one sentence: what is wrong and what would be right
  std::string to_string() const;  // "file:line:column: error: message"
};

struct LoadResult {
  std::unique_ptr<const Catalog> catalog;  // null if any diagnostic is an error
  std::vector<Diagnostic> diagnostics;
};

LoadResult load_catalog(std::string_view text, const std::string& file_name);
LoadResult load_catalog_file(const std::string& path);

}  // namespace latchkey::catalog
