#include "store/sqlite/file_copy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/random.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store::sqlite {
namespace {

struct FileCopy : ::testing::Test {
  void SetUp() override {
    store = std::move(SqliteStore::open(source, OpenMode::kCreateIfMissing).value());
    Tenant made;
    made.id = TenantId::make({1}, random);
    made.name = "Acme";
    tenant = store->insert_tenant(made).value().id;
  }
  Result<Sequence> add_key(credential::PepperId pepper) {
    KeyRecord record;
    record.key.id = KeyId::make({1}, random);
    record.key.tenant = tenant;
    record.key.access_type = "admin";
    SecretRecord& secret = record.secrets.emplace_back();
    secret.pepper = pepper;
    secret.imported = true;
    random.fill(secret.digest);
    record.seal_pepper = pepper;
    return store->insert_key(record, std::nullopt);
  }

  TempDirectory directory;
  const std::string source = directory.file("latchkey.db"), copy = directory.file("copy.db");
  SeededRandom random{3};
  std::unique_ptr<SqliteStore> store;
  TenantId tenant;
};

TEST_F(FileCopy, OfAStoreThatIsOpenHoldsWhatWasAnswered) {
  for (const credential::PepperId pepper : {1u, 7u, 7u}) ASSERT_TRUE(add_key(pepper));
  ASSERT_TRUE(copy_database(source, copy));
  const auto facts = examine_key_file(copy);
  ASSERT_TRUE(facts) << facts.error().detail;
  EXPECT_EQ(facts->keys, 3);
  EXPECT_EQ(facts->tenants, 1);
  EXPECT_EQ(facts->sequence, *store->last_sequence());
  EXPECT_EQ(facts->peppers, (std::set<credential::PepperId>{1, 7}));
  EXPECT_EQ(facts->schema, migrations().back().number);
  struct stat status{};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_NE(::stat((copy + "-wal").c_str(), &status), 0) << "it needs no file beside it";
}

TEST_F(FileCopy, WhileItIsWrittenToIsOfOneMoment) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) ASSERT_TRUE(add_key(1));
  });
  for (int round = 0; round < 5; ++round) {
    const Sequence before = *store->last_sequence();
    EXPECT_TRUE(copy_database(source, copy));
    const auto facts = examine_key_file(copy);
    EXPECT_TRUE(facts);
    if (!facts) break;
    EXPECT_GE(facts->sequence, before);
    EXPECT_EQ(facts->keys + 1, facts->sequence) << "each key is one change, as is the tenant";
  }
  stop = true;
  writer.join();
}

TEST_F(FileCopy, OfWhatIsNoneIsRefused) {
  EXPECT_EQ(copy_database(directory.file("nothing.db"), copy).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(add_key(1));
  ASSERT_TRUE(copy_database(source, copy));
  EXPECT_FALSE(examine_usage_file(copy)) << "it is another kind of database";
  std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
  for (const int page : {2, 3, 4, 5, 6}) {
    file.seekp(page * 4096 + 3);
    file << std::string(200, '\x55');
  }
  file.close();
  EXPECT_EQ(examine_key_file(copy).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace latchkey::store::sqlite
