// The place of a secret within a secret manager, as a tenant's admin names it: "billing/mailer". Segments of letters,
// digits, '_', '.' and '-', parted by '/', none of dots alone, at most 200 characters. Before it stand the operator's
// prefix and the tenant's number, so that no tenant can name another's place; nothing in it needs escaping in a URL.
//
//   if (auto checked = check_secret_path(path); !checked) ...       // one sentence that says how to mend it
//   const std::string full = full_secret_path("latchkey", tenant.cid, path);   // "latchkey/7/billing/mailer"
//
// Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace latchkey {

inline constexpr std::size_t kMaxSecretPathBytes = 200;

Result<void> check_secret_path(std::string_view path);
// All three must have been checked.
std::string full_secret_path(std::string_view prefix, std::int64_t cid, std::string_view path);

}  // namespace latchkey
