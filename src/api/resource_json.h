// The things that endpoints answer, as api/openapi.yaml describes them.
#pragma once
#include "api/json_writer.h"
#include "base/clock.h"
#include "base/secret.h"
#include "catalog/catalog.h"
#include "core/api_key.h"
#include "core/exposure.h"
#include "core/tenant.h"
#include "store/usage_store.h"

namespace latchkey::api {

// As elements of an array or as the document; `secret` and `password` only where they are shown, once. `uses` may hold
// those of other keys too, as may `exposures`.
void write_key(JsonWriter& json, const ApiKey& key, const std::vector<store::SecretUse>& uses,
               const std::vector<KeyExposure>& exposures, const catalog::Catalog& catalog, Instant now,
               const Secret* secret = nullptr);
// Into an object: how, when, how often and where a secret was exposed.
void write_exposure(JsonWriter& json, const KeyExposure& exposure);
void write_restrictions(JsonWriter& json, const Restrictions& restrictions, const catalog::Catalog& catalog);
void write_actor(JsonWriter& json, const Actor& actor);
void write_tenant(JsonWriter& json, const Tenant& tenant, const catalog::Catalog& catalog);
void write_user(JsonWriter& json, const User& user, const Secret* password = nullptr);

// As the member "limits".
void write_limits(JsonWriter& json, const OwnLimits& limits);

// A channel as the catalog writes it: 504, or "sms".
void write_channel(JsonWriter& json, std::string_view id, const catalog::Catalog& catalog);

// {"data":[...],"next_cursor":...}; an empty cursor is null.
template <class Items, class Write>
void write_page(JsonWriter& json, const Items& items, std::string_view next_cursor, const Write& write) {
  json.begin_array("data");
  for (const auto& item : items) write(item);
  json.end_array();
  next_cursor.empty() ? json.null("next_cursor") : json.text("next_cursor", next_cursor);
}

}  // namespace latchkey::api
