// The shipped catalog, for fuzzers of what reads by it.
#pragma once
#include <string>

#include "base/check.h"
#include "catalog/load.h"

namespace latchkey::catalog {

inline const Catalog& shipped_catalog() {
  static const LoadResult kLoaded = load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  LK_CHECK(kLoaded.catalog != nullptr);
  return *kLoaded.catalog;
}

inline const Operation& shipped_operation(const char* id) {
  const Operation* operation = shipped_catalog().find_operation(id);
  LK_CHECK(operation != nullptr);
  return *operation;
}

}  // namespace latchkey::catalog
