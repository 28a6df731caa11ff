// Where peppers live: `pepper` in the data directory (mode 0600), or the variable LATCHKEY_PEPPER, which wins. One pepper
// a line (or parted by commas in the variable), "ID HEX", the current one first; HEX is at least 32 bytes. A database is
// worth nothing without its peppers: back them up apart from it.
#pragma once
#include <optional>
#include <string>

#include "base/random.h"
#include "credential/digest.h"

namespace latchkey::app {

std::string pepper_path(const std::string& data_dir);
// Makes the first pepper. Refuses to write over one.
Result<void> create_pepper_file(const std::string& data_dir, Random& random);
Result<credential::Peppers> load_peppers(const std::string& data_dir, const std::optional<std::string>& variable);

}  // namespace latchkey::app
