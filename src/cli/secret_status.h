// Asks a server what has become of keys that were found.
#pragma once
#include <string_view>
#include <vector>

#include "cli/client.h"
#include "scan/report.h"

namespace latchkey::cli {

enum class SecretStatus {
  kNotAsked,
  kLive,       // whoever has it can use it, if perhaps not from everywhere
  kDisabled,   // an admin can enable it again
  kSuspended,  // its tenant is suspended
  kExpired,
  kRevoked,
  kUnknown,  // no key of this server
};
std::string_view to_string(SecretStatus status);  // "live", "not asked"

struct SecretStatuses {
  std::vector<SecretStatus> of;  // by the numbers of the secrets
  std::string trouble;           // why some were not asked about; empty: all were
};

// API keys by the verify API, at no cost to their limits; operator keys by using them to read. At most kMaxAsked.
inline constexpr std::size_t kMaxAsked = 1'000;
SecretStatuses ask_about(const Client& client, const std::vector<scan::FoundSecret>& secrets);

}  // namespace latchkey::cli
