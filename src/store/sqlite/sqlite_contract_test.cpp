// SQLite keeps the contract.
#include "store/key_store_contract_test.h"
#include "store/quota_store_contract_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store {
namespace {

class SqlitePlace final : public StorePlace, public QuotaPlace {
 public:
  SqlitePlace() { open(OpenMode::kCreateIfMissing); }
  KeyStore& store() override { return *store_; }
  QuotaStore& quotas() override { return *store_; }
  void reopen() override {
    store_.reset();
    open(OpenMode::kMustExist);
  }

 private:
  void open(OpenMode mode) {
    auto opened = SqliteStore::open(directory_.file("latchkey.db"), mode);
    if (!opened) ADD_FAILURE() << opened.error().message << " / " << opened.error().detail;
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  TempDirectory directory_;
  std::unique_ptr<SqliteStore> store_;
};

std::unique_ptr<StorePlace> make_sqlite_place() { return std::make_unique<SqlitePlace>(); }

std::unique_ptr<QuotaPlace> make_sqlite_quota_place() { return std::make_unique<SqlitePlace>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, QuotaStoreContract, testing::Values(&make_sqlite_quota_place));
INSTANTIATE_TEST_SUITE_P(Sqlite, KeyStoreContract, testing::Values(&make_sqlite_place));

}  // namespace
}  // namespace latchkey::store
