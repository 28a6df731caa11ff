// What every adapter of QuotaStore guarantees, as tests. An adapter runs them all with one statement:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, QuotaStoreContract, testing::Values(&make_sqlite_quota_place));
#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "store/quota_store.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class QuotaPlace {
 public:
  virtual ~QuotaPlace() = default;
  virtual QuotaStore& quotas() = 0;
  // Closes the store and opens it again.
  virtual void reopen() = 0;
};

using MakeQuotaPlace = std::unique_ptr<QuotaPlace> (*)();

class QuotaStoreContract : public testing::TestWithParam<MakeQuotaPlace> {
 protected:
  void SetUp() override { place_ = GetParam()(); }
  std::unique_ptr<QuotaPlace> place_;
};

}  // namespace latchkey::store
