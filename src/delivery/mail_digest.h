// Several mails to one recipient as one message, so that nobody is flooded. Pure.
#pragma once
#include <vector>

#include "delivery/mime.h"
#include "store/outbox_store.h"

namespace latchkey::delivery {

// Without sender and date. One mail stays as it is; of several the first kMailsInFull are given whole, the rest by subject,
// and what comes after kMailsNamed by number. At least one.
inline constexpr std::size_t kMailsInFull = 10;
inline constexpr std::size_t kMailsNamed = 50;
Message merge(const std::vector<store::PendingMail>& mails);

}  // namespace latchkey::delivery
