// What every adapter of KeyStore guarantees, as tests. An adapter runs them all with one statement:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, KeyStoreContract, testing::Values(&make_sqlite_place));
//
// The tests themselves are in key_store_contract_*_test.cpp.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/random.h"
#include "store/key_store.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  virtual KeyStore& store() = 0;
  // Closes the store and opens it again.
  virtual void reopen() = 0;
};

using MakePlace = std::unique_ptr<StorePlace> (*)();

class KeyStoreContract : public testing::TestWithParam<MakePlace> {
 protected:
  void SetUp() override { place_ = GetParam()(); }
  KeyStore& store() { return place_->store(); }
  StorePlace& place() { return *place_; }

  // Samples: all different, every field set unless said otherwise. Times grow by a second with each.
  Tenant make_tenant(std::string name = "Acme");
  Tenant stored_tenant(std::string name = "Acme");
  KeyRecord make_key(TenantId tenant, std::string nickname = "Partner");
  KeyRecord stored_key(TenantId tenant, std::string nickname = "Partner");
  UserRecord make_user(TenantId tenant, std::string email);
  SessionRecord make_session(UserId user);
  IdempotencyRecord make_once(const KeyRecord& record, std::string_view key);
  // Every key of a list, page by page; fails the test on an error.
  std::vector<ApiKey> all_pages(TenantId tenant, KeyQuery query);

  Instant next_moment() { return now_ = now_.plus_ms(1000); }
  credential::Digest next_digest();
  SeededRandom random_{20260501};
  Instant now_{1'777'000'000'000};

 private:
  std::unique_ptr<StorePlace> place_;
};

// Every field.
testing::AssertionResult same(const ApiKey& a, const ApiKey& b);
testing::AssertionResult same(const KeyRecord& a, const KeyRecord& b);
testing::AssertionResult same(const Tenant& a, const Tenant& b);
std::vector<std::string> nicknames(const std::vector<ApiKey>& keys);

// The value of a Result, or the end of the test with its error.
#define LK_MUST(declaration, expression)                                                                         \
  auto LK_CONCAT(lk_must_, __LINE__) = (expression);                                                             \
  ASSERT_TRUE(LK_CONCAT(lk_must_, __LINE__))                                                                     \
      << LK_CONCAT(lk_must_, __LINE__).error().message << " / " << LK_CONCAT(lk_must_, __LINE__).error().detail; \
  declaration = std::move(*LK_CONCAT(lk_must_, __LINE__))

#define EXPECT_FAILS_WITH(error_code, expression)                                \
  do {                                                                           \
    const auto lk_failed = (expression);                                         \
    EXPECT_FALSE(lk_failed.has_value());                                         \
    if (!lk_failed) {                                                            \
      EXPECT_EQ(lk_failed.error().code, error_code) << lk_failed.error().detail; \
      EXPECT_FALSE(lk_failed.error().message.empty());                           \
    }                                                                            \
  } while (false)

}  // namespace latchkey::store
