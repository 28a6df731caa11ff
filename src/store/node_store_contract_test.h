// What every adapter of NodeStore guarantees, as tests. An adapter runs them all with one statement:
//
//   INSTANTIATE_TEST_SUITE_P(Postgres, NodeStoreContract, testing::Values(&make_postgres_node_place));
#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "store/node_store.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class NodePlace {
 public:
  virtual ~NodePlace() = default;
  virtual NodeStore& nodes() = 0;
  // Commits a change of keys or tenants; answers where the feed ends then.
  virtual FeedPlace change() = 0;
};

using MakeNodePlace = std::unique_ptr<NodePlace> (*)();

class NodeStoreContract : public testing::TestWithParam<MakeNodePlace> {
 protected:
  void SetUp() override { place_ = GetParam()(); }
  NodeStore& nodes() { return place_->nodes(); }
  std::unique_ptr<NodePlace> place_;
};

}  // namespace latchkey::store
