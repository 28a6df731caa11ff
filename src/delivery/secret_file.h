// A credential in a file of its own: its first line, as for every credential that Latchkey is given. Read at each use, so
// that whoever renews it (an agent, an orchestrator) needs to tell nobody.
#pragma once
#include <string>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::delivery {

// `what` names it in the message: "the token of secret manager \"corp\"".
Result<Secret> read_secret_file(const std::string& path, const std::string& what);

}  // namespace latchkey::delivery
