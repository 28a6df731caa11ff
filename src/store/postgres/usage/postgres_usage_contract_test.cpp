// PostgreSQL keeps the contract of usage.
#include "base/check.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/usage/postgres_usage_store.h"
#include "store/usage_store_contract_test.h"

namespace latchkey::store {
namespace {

class PostgresUsagePlace final : public UsagePlace {
 public:
  PostgresUsagePlace() {
    // Makes the tables.
    const auto keys = PostgresStore::open(database_.settings(), OpenMode::kCreateIfMissing);
    if (!keys) ADD_FAILURE() << keys.error().message << " / " << keys.error().detail;
    reopen();
  }
  UsageStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    auto opened = PostgresUsageStore::open(database_.settings());
    if (!opened) ADD_FAILURE() << opened.error().message << " / " << opened.error().detail;
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  void damage_latencies() override {
    database_.run("UPDATE usage_minutes SET latency = '\\xff'");
    reopen();
  }

 private:
  const postgres::TestDatabase database_;
  std::unique_ptr<PostgresUsageStore> store_;
};

std::unique_ptr<UsagePlace> make_postgres_place() { return std::make_unique<PostgresUsagePlace>(); }

INSTANTIATE_TEST_SUITE_P(Postgres, UsageStoreContract, testing::Values(&make_postgres_place));

}  // namespace
}  // namespace latchkey::store
