#include "catalog/load.h"

#include <fstream>

#include "catalog/loading.h"

namespace latchkey::catalog {

LoadResult load_catalog(std::string_view text, const std::string& file_name) {
  Diagnostics diagnostics(file_name);
  LoadResult result;
  if (const auto document = Document::parse(text, diagnostics)) {
    Loading loading(*document, diagnostics);
    if (document->root().is_mapping()) {
      load_info(loading);
      load_settings(loading);
      load_paths(loading);
      load_access_types(loading);
      load_rate_classes(loading);
      load_advice(loading);
    } else {
      loading.error(document->root(), "The document must be a mapping that begins with \"openapi\".");
    }
    if (!diagnostics.has_errors()) result.catalog = Builder::build(std::move(loading.draft));
  }
  result.diagnostics = diagnostics.take();
  return result;
}

LoadResult load_catalog_file(const std::string& path) {
  Diagnostics diagnostics(path);
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // One byte more than may be, so that a longer file is seen to be longer, and an endless one is not read to its end.
  if (file) {
    text.resize(kMaxDocumentBytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    diagnostics.error({}, "The file can't be read; check its name and its permissions.");
    return {nullptr, diagnostics.take()};
  }
  return load_catalog(text, path);
}

}  // namespace latchkey::catalog
