// What a person or a program wrote, field by field, to what may be stored. Every mistake is added to `errors`, with its
// pointer and a sentence on what would be right; what is returned counts only if there are none. Pure.
//
//   Mistakes mistakes;
//   const std::string nickname = check_nickname(request.nickname, mistakes);
//   const Restrictions restrictions = check_restrictions(request.restrictions, *type, tenant, catalog, mistakes);
//   if (!mistakes.empty()) return invalid(std::move(mistakes));
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "catalog/catalog.h"
#include "core/api_key.h"
#include "core/tenant.h"
#include "lifecycle/change_error.h"

namespace latchkey::lifecycle {

using Mistakes = std::vector<FieldError>;

// As in api/openapi.yaml.
inline constexpr std::size_t kMaxNameCharacters = 100;
inline constexpr std::size_t kMaxEmailBytes = 254;
inline constexpr std::size_t kMaxKeyOperations = 512;
inline constexpr std::size_t kMaxKeyChannels = 256;
inline constexpr std::size_t kMaxKeyAttributes = 1024;
inline constexpr std::size_t kMaxIpRanges = 64;
inline constexpr std::size_t kMinPasswordBytes = 12;
inline constexpr std::size_t kMaxPasswordBytes = 256;

// Restrictions as the caller wrote them: not yet known to be sound.
struct RestrictionsInput {
  std::vector<std::string> operations, channels, attributes, ip_ranges;
};

// Trimmed, 1 to 100 characters, none that deceives the eye. `what` names it in the sentence, such as "nickname".
std::string check_name(std::string_view text, std::string_view what, std::string_view pointer, Mistakes& mistakes);

// Trimmed, of several lines or none at all, at most so many characters; line breaks aside none that deceives the eye.
std::string check_prose(std::string_view text, std::string_view what, std::size_t most, std::string_view pointer,
                        Mistakes& mistakes);

// local@domain, in ASCII: at most 254 bytes; the local part 1 to 64 letters, digits or !#$%&'*+-/=?^_`{|}~ with single
// dots within; the domain of labels (letters, digits and inner hyphens, up to 63) with at least one dot, or "localhost".
// Narrower than RFC 5321 (no quotes, comments, address literals), on purpose: what is stored is later written into mail
// headers and shown to people.
std::string check_email(std::string_view text, std::string_view pointer, Mistakes& mistakes);
bool is_email(std::string_view text);

// Null, with a mistake, when the catalog has no such access type.
const catalog::AccessType* check_access_type(const std::string& id, const catalog::Catalog& catalog,
                                             Mistakes& mistakes);

// In the catalog's spelling, without doubles. Only kinds that the access type takes; operations that it permits; channels
// that the tenant has enabled.
Restrictions check_restrictions(const RestrictionsInput& input, const catalog::AccessType& type, const Tenant& tenant,
                                const catalog::Catalog& catalog, Mistakes& mistakes);

std::vector<std::string> check_tenant_channels(const std::vector<std::string>& input, const catalog::Catalog& catalog,
                                               Mistakes& mistakes);
std::vector<IpRange> check_ip_ranges(const std::vector<std::string>& input, const std::string& pointer,
                                     Mistakes& mistakes);

void check_expiry(const std::optional<Instant>& expires_at, Instant now, Mistakes& mistakes);

// 12 to 256 bytes of UTF-8.
void check_password(const Secret& password, Mistakes& mistakes);

}  // namespace latchkey::lifecycle
