// Reads all keys for a node that starts, on several threads. Each has a connection of its own, and so a snapshot of its
// own; that these differ does no harm, for:
//
//   1. the sequence is that of the snapshot which began first, so that every other holds at least what it holds;
//   2. tenants are read from the snapshot which began last, and tenants never go: a key's tenant is always among them;
//   3. what changed after that sequence is in the feed, and a follower reads the thing itself: whether a thread saw a
//      change or not, following the feed from there ends with the same.
//
// `open` makes the connections.
#pragma once
#include <functional>
#include <span>

#include "store/key_row.h"
#include "store/sql/read_pool.h"

namespace latchkey::store::tables {

Result<FeedPlace> visit_rows(const sql::ReadPool::Connect& open, const std::function<void(std::size_t)>& expected,
                            const std::function<void(const Tenant&)>& tenant, std::span<const RowVisitor> visitors);

}  // namespace latchkey::store::tables
