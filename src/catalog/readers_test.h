// A small catalog for the tests of the readers and of the answer filter.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "catalog/answer_filter.h"
#include "catalog/load.h"
#include "catalog/read_request.h"

namespace latchkey::catalog::testing_support {

// Names ignore case unless `exact_names`. Channels 502, 504, 505; attributes Alias, Country, Email, FirstName, Kiosk.
const Catalog& test_catalog(bool exact_names = false);
const Operation& operation(const std::string& id, bool exact_names = false);

// Permits what is named, and limits nothing of which nothing is named.
Permitted permit(const std::vector<std::string>& channels, const std::vector<std::string>& attributes);

std::vector<std::string> channels_of(const Asked& asked);
std::vector<std::string> attributes_of(const Asked& asked);

// The answer after the filter, or "unreadable: <why>" after what had been passed on until then.
std::string filtered(const std::string& id, const Permitted& permitted, std::string_view answer,
                     std::size_t chunk = SIZE_MAX, const std::vector<std::uint16_t>& positional = {});
std::string filtered(const Operation& its_operation, const Permitted& permitted, std::string_view answer,
                     std::size_t chunk = SIZE_MAX, const std::vector<std::uint16_t>& positional = {});

}  // namespace latchkey::catalog::testing_support
