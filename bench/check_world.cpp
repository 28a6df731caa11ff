#include "check_world.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace latchkey::bench {
namespace {

constexpr std::size_t kKeysOfTenant = 1'000;
constexpr std::size_t kDifferentLists = 64;
constexpr std::string_view kOperation = "GetExecutedCampaignsByChannel";

std::unique_ptr<const catalog::Catalog> load() {
  auto loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  if (loaded.catalog == nullptr) {
    std::fprintf(stderr, "catalogs/optimove.yaml can't be read.\n");
    std::exit(1);
  }
  return std::move(loaded.catalog);
}

credential::Peppers make_peppers() {
  std::vector<credential::Peppers::Pepper> list;
  list.push_back({1, Secret(std::string(32, 'p'))});
  return std::move(credential::Peppers::make(std::move(list)).value());
}

template <class Id>
Id id_of(std::size_t number) {
  SeededRandom random(number);
  return Id::make({1'767'225'600'000 + static_cast<std::int64_t>(number)}, random);
}

// Some of the operations of the access type, chosen by the bits of a hash; always the one that is asked for.
std::vector<std::string> some_operations(const catalog::Catalog& catalog, std::uint64_t choice) {
  const auto& all = catalog.find_access_type("integrations")->operations;
  std::vector<std::string> out{std::string(kOperation)};
  for (const auto& operation : catalog.operations()) {
    choice = choice * 0x9e3779b97f4a7c15ULL + 1;
    if (all.contains(operation.index) && operation.id != kOperation && choice >> 62 == 0) out.push_back(operation.id);
  }
  return out;
}

}  // namespace

CheckWorld::CheckWorld(std::size_t keys)
    : keys_(keys),
      catalog_(load()),
      peppers_(make_peppers()),
      length_(format_.length()),
      registry_(std::make_unique<registry::Registry>(*catalog_)) {
  secrets_.reserve(keys * length_);
  SeededRandom random(1);
  for (std::size_t i = 0; i < keys; ++i) secrets_ += credential::generate(format_, random).expose();
  for (std::size_t i = 0; i < keys; i += kKeysOfTenant) {
    Tenant tenant;
    tenant.id = id_of<TenantId>(i / kKeysOfTenant);
    registry_->put_tenant(tenant);
  }
}

void CheckWorld::fill() {
  registry_->reserve(keys_);
  for (std::size_t i = 0; i < keys_; ++i) registry_->put_key(record(i));
}

store::KeyRecord CheckWorld::record(std::size_t i) const {
  store::KeyRecord record;
  ApiKey& key = record.key;
  key.id = id_of<KeyId>(i);
  key.tenant = id_of<TenantId>(i / kKeysOfTenant);
  key.access_type = i % 10 < 4 ? "admin" : "integrations";
  Restrictions& to = key.restrictions;
  const std::size_t which = i / 10 % kDifferentLists;
  if (i % 100 == 99) {
    to.operations = some_operations(*catalog_, i);
  } else if (i % 10 >= 4 && i % 10 < 7) {
    to.operations = some_operations(*catalog_, which);
  } else if (i % 10 == 7 || i % 10 == 8) {
    to.channels = {"504"};
    if (which % 2 == 0) to.channels.push_back("505");
    if (which % 4 == 0) to.channels.push_back("506");
  } else if (i % 10 == 9) {
    to.attributes = {"Alias", "Country"};
    to.ip_ranges = {IpRange::parse("203.0.113.0/24").value(), IpRange::parse("127.0.0.0/8").value()};
  }
  if (i % 3 == 0) key.expires_at = Instant{4'000'000'000'000};
  record.secrets.push_back({1, peppers_.digest(1, secret(i)), Instant{1'767'225'600'000}, std::nullopt});
  return record;
}

check::Request CheckWorld::request(const std::string_view& field) {
  check::Request request;
  request.api_key_fields = {&field, 1};
  request.method = "GET";
  request.target = "/current/actions/GetExecutedCampaignsByChannel?ChannelID=504&Date=2026-05-01";
  request.can_filter_answer = true;
  request.client = IpAddress::v4(127, 0, 0, 1);
  request.secure = true;
  request.user_agent = "acme-crm/3.1";
  request.request_id = "req_0190163d8694739b9c8d7e6f5a4b3c2d";
  return request;
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0, resident = 0;
  if (!(file >> pages >> resident)) std::abort();
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace latchkey::bench
