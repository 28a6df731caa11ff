#include "cli/tenant_choice.h"

#include "cli/output.h"
#include "cli/paging.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t kShown = 10;

}  // namespace

Attempt<std::string> choose_tenant(const Client& client, const std::string& given) {
  if (given.starts_with("ten_")) return percent_encoded(given);
  const auto tenants = get_list(client, "/v1/tenants", 0);
  if (!tenants) return std::unexpected(tenants.error());
  const auto& list = tenants->at("data");
  std::vector<std::string> matches;
  std::string shown;
  for (const auto& tenant : list) {
    const auto id = tenant.at("id").get<std::string>();
    const auto name = tenant.at("name").get<std::string>();
    const auto cid = std::to_string(tenant.at("cid").get<std::int64_t>());
    if (given.empty() || given == cid || given == name) matches.push_back(id);
    if (matches.size() <= kShown && (given.empty() || given == name))
      shown += fmt::format("\n  {}  {}  {}", id, cid, printable(name));
  }
  if (matches.size() == 1) return matches.front();
  if (list.empty())
    return std::unexpected(Failure{kRefused, "There is no tenant yet. Make one: latchkey tenants create --name NAME"});
  if (matches.empty())
    return std::unexpected(Failure{kRefused,
                                   fmt::format("There is no tenant \"{}\". See: latchkey tenants list", given)});
  return usage(fmt::format("There are {} tenants to choose from; say which with --tenant:{}", matches.size(), shown));
}

}  // namespace latchkey::cli
