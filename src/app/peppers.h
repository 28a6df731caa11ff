// The server's peppers, from where the configuration says: the variable LATCHKEY_PEPPER, which wins, a Vault, a file, or the
// data directory. From a Vault they are read once, at the start, which waits for nobody: a Vault that is away ends it.
#pragma once
#include "app/serve_config.h"
#include "credential/digest.h"

namespace latchkey::app {

// `variable`: LATCHKEY_PEPPER.
Result<credential::Peppers> configured_peppers(const ServeConfig& config, const std::optional<std::string>& variable,
                                               const Clock& clock);

}  // namespace latchkey::app
