#include "app/store_config.h"

#include <unistd.h>

#include <array>

namespace latchkey::app {

bool is_store_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "node";
  return name.data();
}

}  // namespace latchkey::app
