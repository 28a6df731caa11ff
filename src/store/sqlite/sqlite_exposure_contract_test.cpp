// SQLite keeps the contract of exposures.
#include "store/exposure_store_contract_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store {
namespace {

class SqliteExposurePlace final : public ExposurePlace {
 public:
  SqliteExposurePlace() { open(OpenMode::kCreateIfMissing); }
  KeyStore& keys() override { return *store_; }
  ExposureStore& exposures() override { return store_->exposures(); }
  void reopen() override {
    store_.reset();
    open(OpenMode::kMustExist);
  }

 private:
  void open(OpenMode mode) {
    auto opened = SqliteStore::open(directory_.file("latchkey.db"), mode);
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  TempDirectory directory_;
  std::unique_ptr<SqliteStore> store_;
};

std::unique_ptr<ExposurePlace> make_sqlite_place() { return std::make_unique<SqliteExposurePlace>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, ExposureContract, testing::Values(&make_sqlite_place));

}  // namespace
}  // namespace latchkey::store
