#include "catalog/load.h"

#include <yaml-cpp/yaml.h>

#include <fstream>
#include <set>
#include <sstream>

#include "catalog/builder.h"

namespace latchkey::catalog {

std::string Diagnostic::to_string() const {
  return fmt::format("{}:{}:{}: {}: {}", file, line, column, error ? "error" : "warning", message);
}

LoadResult load_catalog(std::string_view text, const std::string& file_name) {
  Builder builder(file_name);
  // yaml-cpp throws; nothing of it leaves this function.
  try {
    if (text.size() > Builder::kMaxFileBytes) {
      builder.error({}, "The file is larger than 8 MiB; a catalog holds the operations, not the documentation.");
    } else {
      builder.build(YAML::Load(std::string(text)));
    }
  } catch (const YAML::Exception& exception) {
    builder.error(exception.mark, fmt::format("This is not valid YAML: {}.", exception.msg));
  }
  return builder.take();
}

LoadResult load_catalog_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {nullptr, {{path, 0, 0, true, "The file can't be read; check its name and its permissions."}}};
  std::ostringstream text;
  text << file.rdbuf();
  return load_catalog(text.str(), path);
}

}  // namespace latchkey::catalog
