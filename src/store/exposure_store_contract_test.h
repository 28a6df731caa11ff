// What every adapter of ExposureStore guarantees, as tests. An adapter runs them all with one statement, as for
// store/key_store_contract_test.h. The tests themselves are in exposure_store_contract_test.cpp.
#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "base/random.h"
#include "store/exposure_store.h"
#include "store/key_store_contract_test.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class ExposurePlace {
 public:
  virtual ~ExposurePlace() = default;
  virtual KeyStore& keys() = 0;
  virtual ExposureStore& exposures() = 0;
  virtual void reopen() = 0;
};

using MakeExposurePlace = std::unique_ptr<ExposurePlace> (*)();

class ExposureContract : public testing::TestWithParam<MakeExposurePlace> {
 protected:
  void SetUp() override {
    place_ = GetParam()();
    ours = stored_tenant();
    theirs = stored_tenant();
  }
  ExposurePlace& place() { return *place_; }
  ExposureStore& exposures() { return place_->exposures(); }

  TenantId stored_tenant() {
    Tenant tenant;
    tenant.id = TenantId::make(now, random);
    tenant.name = "Acme";
    tenant.created_at = tenant.updated_at = now;
    EXPECT_TRUE(place_->keys().insert_tenant(tenant));
    return tenant.id;
  }
  KeyExposure seen(std::uint64_t secret, ExposureHow how = ExposureHow::kLeakReport, std::string url = {}) {
    now = now.plus_ms(1000);
    KeyExposure out;
    out.key = key;
    out.tenant = ours;
    out.secret = secret;
    out.how = how;
    out.source = how == ExposureHow::kLeakReport ? "github/commit" : "";
    out.url = std::move(url);
    out.first_at = out.last_at = now;
    return out;
  }
  NotedExposure note(const KeyExposure& exposure) {
    const auto noted = exposures().note_exposure(exposure);
    EXPECT_TRUE(noted) << noted.error().message;
    return noted.value_or(NotedExposure{});
  }
  std::vector<KeyExposure> listed() { return *exposures().exposures_of(ours, {&key, 1}); }

  SystemRandom random;
  Instant now{1'700'000'000'000};
  TenantId ours, theirs;
  KeyId key = KeyId::make(now, random);

 private:
  std::unique_ptr<ExposurePlace> place_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExposureContract);

}  // namespace latchkey::store
