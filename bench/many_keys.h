// A database with many genuine keys, made in bulk: the store's own schema, every row as SqliteStore would have left it
// (seal, digest, feed and all), only not one transaction for each.
#pragma once
#include <cstdint>
#include <string>

#include "credential/digest.h"

namespace latchkey::bench {

inline constexpr std::int64_t kKeysPerTenant = 1000;

// `path` must not exist. Keys are restricted as is typical: 40 of 100 not at all, 30 to some operations, 20 to some
// channels, 10 to attributes and addresses, drawn from 200 sets; one of 100 has a set of its own.
void make_many_keys(const std::string& path, std::int64_t keys, const credential::Peppers& peppers);

}  // namespace latchkey::bench
