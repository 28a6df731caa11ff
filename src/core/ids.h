// The ids of the domain. See base/id.h for their form.
#pragma once
#include "base/id.h"

namespace latchkey {

struct KeyTag {
  static constexpr std::string_view kPrefix = "key_";
};
struct TenantTag {
  static constexpr std::string_view kPrefix = "ten_";
};
struct UserTag {
  static constexpr std::string_view kPrefix = "usr_";
};

using KeyId = Id<KeyTag>;
using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;

}  // namespace latchkey
