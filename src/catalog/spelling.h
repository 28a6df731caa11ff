// When a name that a caller wrote is the name of a place: exactly, by a spelling that some servers take for it, or by one
// that hides it. Pure.
#pragma once
#include <string_view>

#include "catalog/catalog.h"

namespace latchkey::catalog {

enum class NameMatch {
  kOther,
  kSame,   // every server that the catalog describes reads it as the place's name
  kLoose,  // some do: "ChannelID[]", "filter[ChannelID]", "model.ChannelID", " ChannelID"
  kHidden,  // some do, though it looks different: non-ASCII letters that fold to ASCII ones, invisible characters, a cut at NUL
};

bool same_parameter_name(const Catalog& catalog, std::string_view a, std::string_view b);

// `name` is decoded. Of a query's parameter.
NameMatch match_parameter(const Catalog& catalog, std::string_view name, std::string_view place);
// Of a JSON member; there is no kLoose here.
NameMatch match_member(const Catalog& catalog, std::string_view name, std::string_view place);

}  // namespace latchkey::catalog
