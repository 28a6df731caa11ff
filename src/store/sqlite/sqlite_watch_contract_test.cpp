// SQLite keeps the contract of alerts, webhooks and outbox.
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"
#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

class SqliteWatchPlace final : public WatchPlace {
 public:
  SqliteWatchPlace() { open(OpenMode::kCreateIfMissing); }
  KeyStore& keys() override { return *store_; }
  AlertStore& alerts() override { return store_->alerts(); }
  WebhookStore& webhooks() override { return store_->webhooks(); }
  OutboxStore& outbox() override { return store_->outbox(); }
  KeyRequestStore& key_requests() override { return store_->key_requests(); }
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

std::unique_ptr<WatchPlace> make_sqlite_place() { return std::make_unique<SqliteWatchPlace>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, WatchContract, testing::Values(&make_sqlite_place));

}  // namespace
}  // namespace latchkey::store
