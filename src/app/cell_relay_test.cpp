#include "app/cell_relay.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace latchkey::app {
namespace {

std::vector<watch::UsageCell> some_cells() {
  SeededRandom random{7};
  const Instant at{1'777'000'000'123};
  std::vector<watch::UsageCell> cells;
  for (const std::optional<DenyReason> refused : {std::optional<DenyReason>(), std::optional(DenyReason::kMissingKey),
                                                  std::optional(DenyReason::kUpstreamAnswerUnreadable)}) {
    watch::UsageCell& cell = cells.emplace_back();
    cell.key = KeyId::make(at, random);
    cell.tenant = TenantId::make(at, random);
    cell.address = *IpAddress::parse("203.0.113.9");
    cell.refused = refused;
    cell.count = 4'000'000'000;
    cell.last = at;
  }
  return cells;
}

TEST(CellRelayTest, WhatIsPackedComesOutAsItWas) {
  const auto cells = some_cells();
  const auto read = unpack_cells(pack_cells(cells));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ((*read)[i].key, cells[i].key);
    EXPECT_EQ((*read)[i].tenant, cells[i].tenant);
    EXPECT_EQ((*read)[i].address, cells[i].address);
    EXPECT_EQ((*read)[i].refused, cells[i].refused);
    EXPECT_EQ((*read)[i].count, cells[i].count);
    EXPECT_EQ((*read)[i].last, cells[i].last);
  }
}

TEST(CellRelayTest, AnythingElseIsNotTaken) {
  const std::string packed = pack_cells(some_cells());
  EXPECT_FALSE(unpack_cells(""));
  EXPECT_FALSE(unpack_cells("\2" + packed.substr(1)));
  for (std::size_t length = 2; length < packed.size(); ++length) {
    if ((length - 1) % 61 == 0) continue;
    EXPECT_FALSE(unpack_cells(packed.substr(0, length))) << length;
  }
  std::string reason = packed;
  reason[1 + 48] = 100;  // no reason of ours
  EXPECT_FALSE(unpack_cells(reason));
}

}  // namespace
}  // namespace latchkey::app
