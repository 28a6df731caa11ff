// A key's secrets as they stand in its row: 52 bytes each, big endian: pepper id (4, its highest bit: imported), digest (32), created (8), valid
// until (8; the lowest number when there is no end). Packed, so that loading reads one row for a key.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "store/key_store.h"

namespace latchkey::store::sql {

std::vector<std::uint8_t> pack_secrets(const std::vector<SecretRecord>& secrets);
bool unpack_secrets(std::span<const std::uint8_t> bytes, std::vector<SecretRecord>& secrets);

}  // namespace latchkey::store::sql
