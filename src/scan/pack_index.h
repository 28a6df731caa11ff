// Whether the index of a pack can be trusted not to lead out of it. libgit2 1.5 follows what an index says without looking, and
// whoever made the repository may have written it. Versions 1 and 2 (gitformat-pack(5)). Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace latchkey::scan {

// Every count, offset and table lies within the index and the pack, which is `pack_size` bytes long.
bool is_sound_pack_index(std::string_view index, std::uint64_t pack_size);

}  // namespace latchkey::scan
