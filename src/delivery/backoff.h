// When to try again: a list of waits, each made up to a fifth longer by chance, so that what failed together does not
// come back together. Pure but for the chance.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/random.h"

namespace latchkey::delivery {

// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts over three days.
const std::vector<std::int64_t>& standard_retry_seconds();

inline constexpr std::size_t kMaxRetries = 30;
inline constexpr std::int64_t kMaxRetrySeconds = 7 * 86'400;
// "5,300,1800": up to kMaxRetries whole numbers, each up to kMaxRetrySeconds.
Result<std::vector<std::int64_t>> parse_retry_seconds(std::string_view text);

// How long to wait after the `failures`th failure (from 1); empty when that was the last attempt.
std::optional<std::int64_t> retry_delay_ms(const std::vector<std::int64_t>& retry_seconds, int failures,
                                           Random& random);

}  // namespace latchkey::delivery
