// Where peppers live: `pepper` in the data directory, another file (mode 0600 each), or the variable LATCHKEY_PEPPER. One
// pepper a line, or parted by commas, "ID HEX", the current one first; HEX is at least 32 bytes. A database is worth nothing
// without its peppers: back them up apart from it. Those in a Vault are read by app/peppers.h.
#pragma once
#include <optional>
#include <string>

#include "base/random.h"
#include "credential/digest.h"

namespace latchkey::app {

std::string pepper_path(const std::string& data_dir);
// Makes the first pepper. Refuses to write over one.
Result<void> create_pepper_file(const std::string& data_dir, Random& random);
Result<credential::Peppers> read_pepper_file(const std::string& path);
// `where` they came from, for messages.
Result<credential::Peppers> parse_peppers(std::string text, const std::string& where);
// From the variable, if it is set, or else from the data directory.
Result<credential::Peppers> load_peppers(const std::string& data_dir, const std::optional<std::string>& variable);

}  // namespace latchkey::app
