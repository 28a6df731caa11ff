// What the tests of this room share: a small catalog, a registry over it with one tenant, keys to put.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalog/load.h"
#include "registry/registry.h"

namespace latchkey::registry {

inline constexpr const char* kTestCatalog = R"(
openapi: 3.1.0
info: {title: T, version: "1"}
x-latchkey:
  version: 1
  access_types:
    - {id: all, title: All, description: Everything., operations: all, restrictions: [operations, channels, ip_ranges]}
  channels: [{id: 504, name: Email}, {id: 505, name: SMS}]
paths:
  /a: {get: {operationId: A, responses: {'200': {description: ok}}}}
  /b: {get: {operationId: B, parameters: [{name: ChannelID, in: query, schema: {type: integer}, x-latchkey: {subject: channel}}], responses: {'200': {description: ok}}}}
)";

class RegistryWorld : public testing::Test {
 protected:
  static credential::Digest digest_of(int n) { return credential::sha256(std::to_string(n)); }

  RegistryWorld() : loaded_(catalog::load_catalog(kTestCatalog, "test.yaml")), registry_(*loaded_.catalog) {
    Tenant tenant;
    tenant.id = tenant_ = TenantId::make({1}, random_);
    registry_.put_tenant(tenant);
  }
  store::KeyRecord record(std::vector<int> secrets) {
    store::KeyRecord made;
    made.key.id = KeyId::make({1}, random_);
    made.key.tenant = tenant_;
    made.key.access_type = "all";
    for (const int n : secrets) made.secrets.push_back({1, digest_of(n), {1}, std::nullopt});
    return made;
  }
  std::optional<LiveKey> find(int secret) {
    const Registry::Pin pin(reader_);
    return registry_.find(pin, digest_of(secret));
  }

  SeededRandom random_{1};
  catalog::LoadResult loaded_;
  Registry registry_;
  Registry::Reader reader_{registry_};
  TenantId tenant_;
};

}  // namespace latchkey::registry
