// PostgreSQL keeps the contracts.
#include "base/check.h"
#include "store/exposure_store_contract_test.h"
#include "store/key_store_contract_test.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"
#include "store/quota_store_contract_test.h"
#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

class Place {
 public:
  Place() { open(OpenMode::kCreateIfMissing); }
  Database& database() { return *store_; }
  void reopen() {
    store_.reset();
    open(OpenMode::kMustExist);
  }

 private:
  void open(OpenMode mode) {
    auto opened = PostgresStore::open(database_.settings(), mode);
    if (!opened) ADD_FAILURE() << opened.error().message << " / " << opened.error().detail;
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  postgres::TestDatabase database_;
  std::unique_ptr<PostgresStore> store_;
};

class PostgresPlace final : public StorePlace, public QuotaPlace {
 public:
  KeyStore& store() override { return place_.database(); }
  QuotaStore& quotas() override { return place_.database(); }
  void reopen() override { place_.reopen(); }

 private:
  Place place_;
};

class PostgresWatchPlace final : public WatchPlace {
 public:
  KeyStore& keys() override { return place_.database(); }
  AlertStore& alerts() override { return place_.database().alerts(); }
  WebhookStore& webhooks() override { return place_.database().webhooks(); }
  OutboxStore& outbox() override { return place_.database().outbox(); }
  KeyRequestStore& key_requests() override { return place_.database().key_requests(); }
  void reopen() override { place_.reopen(); }

 private:
  Place place_;
};

class PostgresExposurePlace final : public ExposurePlace {
 public:
  KeyStore& keys() override { return place_.database(); }
  ExposureStore& exposures() override { return place_.database().exposures(); }
  void reopen() override { place_.reopen(); }

 private:
  Place place_;
};

std::unique_ptr<StorePlace> make_place() { return std::make_unique<PostgresPlace>(); }
std::unique_ptr<QuotaPlace> make_quota_place() { return std::make_unique<PostgresPlace>(); }
std::unique_ptr<WatchPlace> make_watch_place() { return std::make_unique<PostgresWatchPlace>(); }
std::unique_ptr<ExposurePlace> make_exposure_place() { return std::make_unique<PostgresExposurePlace>(); }

INSTANTIATE_TEST_SUITE_P(Postgres, KeyStoreContract, testing::Values(&make_place));
INSTANTIATE_TEST_SUITE_P(Postgres, QuotaStoreContract, testing::Values(&make_quota_place));
INSTANTIATE_TEST_SUITE_P(Postgres, WatchContract, testing::Values(&make_watch_place));
INSTANTIATE_TEST_SUITE_P(Postgres, ExposureContract, testing::Values(&make_exposure_place));

}  // namespace
}  // namespace latchkey::store
