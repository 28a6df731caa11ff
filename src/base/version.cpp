#include "base/version.h"

namespace latchkey {
std::string_view version() { return LATCHKEY_VERSION; }
}  // namespace latchkey
