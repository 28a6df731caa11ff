// POST /v1/tenants/{tenant}/api-keys/import: keys of another system, by the batch.
#include <charconv>

#include "api/authorize.h"
#include "api/fields.h"
#include "api/json_writer.h"
#include "api/key_input.h"
#include "api/preconditions.h"
#include "api/read_body.h"
#include "api/resources.h"

namespace latchkey::api {
namespace {

using lifecycle::ImportedBatch;
using lifecycle::ImportKey;

// A thousand keys with a few dozen names each. The body's size bounds it as well.
constexpr std::size_t kMaxImportValues = 200'000;
// Of one key, so that a batch of nonsense gets an answer that can be read.
constexpr std::size_t kMaxMistakesOfKey = 20;

struct Batch {
  std::vector<ImportKey> keys;  // those whose shape is right
  bool dry_run = false;
  Mistakes mistakes;
};

std::optional<credential::Digest> parse_digest(std::string_view hex) {
  credential::Digest out;
  if (hex.size() != 2 * out.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* const at = hex.data() + 2 * i;
    if (std::from_chars(at, at + 2, out[i], 16).ptr != at + 2) return std::nullopt;
  }
  return out;
}

// What an import says beside what is said of a key that is made here. Takes it out of the object, whose rest is that.
void take_origin(JsonValue& object, ImportKey& key, Mistakes& mistakes) {
  FieldReader fields(object, "", mistakes);
  if (auto secret = fields.secret("secret")) key.secret = std::move(*secret);
  key.external_id = fields.text_or_null("external_id").value_or("");
  if (const auto hex = fields.text("secret_sha256")) {
    key.sha256 = parse_digest(*hex);
    if (!key.sha256) fields.mistake("secret_sha256", "A SHA-256 is 64 hexadecimal digits.");
  }
  std::erase_if(object.members, [](const JsonMember& member) {
    return member.name == "secret" || member.name == "secret_sha256" || member.name == "external_id";
  });
}

void read_key(const ApiContext& context, const Tenant& tenant, Instant now, JsonValue& object, std::size_t place,
              Batch& batch) {
  Mistakes found;
  ImportKey key;
  key.place = place;
  if (object.kind == JsonValue::Kind::kObject) take_origin(object, key, found);
  auto create = read_create_key(object, tenant, context.services.catalog, now);
  if (create) {
    key.key = std::move(*create);
  } else {
    std::ranges::move(create.error().errors, std::back_inserter(found));
  }
  if (found.empty()) {
    batch.keys.push_back(std::move(key));
    return;
  }
  if (found.size() > kMaxMistakesOfKey) found.resize(kMaxMistakesOfKey);
  const std::string base = pointer_to("/keys", place);
  for (lifecycle::FieldError& mistake : found)
    batch.mistakes.push_back({base + mistake.pointer, std::move(mistake.detail)});
}

Batch read_batch(const ApiContext& context, const Tenant& tenant, JsonValue& document) {
  Batch batch;
  FieldReader fields(document, "", batch.mistakes);
  fields.require("keys");
  JsonValue* const list = fields.array("keys");
  batch.dry_run = fields.flag("dry_run").value_or(false);
  fields.finish();
  if (list == nullptr) return batch;
  if (list->items.empty() || list->items.size() > lifecycle::Imports::kMaxKeys) {
    fields.mistake("keys", fmt::format("Send 1 to {} keys at a time.", lifecycle::Imports::kMaxKeys));
    return batch;
  }
  const Instant now = context.services.clock.now();
  for (std::size_t i = 0; i < list->items.size(); ++i) read_key(context, tenant, now, list->items[i], i, batch);
  return batch;
}

// To sort by: "/keys/17/nickname" comes after "/keys/2".
std::pair<std::size_t, std::string> place_in(const lifecycle::FieldError& mistake) {
  static constexpr std::string_view kKeys = "/keys/";
  std::size_t place = 0;
  if (mistake.pointer.starts_with(kKeys))
    std::from_chars(mistake.pointer.data() + kKeys.size(), mistake.pointer.data() + mistake.pointer.size(), place);
  return {place, mistake.pointer};
}

// Under a pepper, for a secret may be short enough to be guessed.
credential::Digest hash_of(const std::vector<ImportKey>& keys, const credential::Peppers& peppers) {
  std::string text = "import";
  const auto add = [&](const credential::Digest& digest) {
    text.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  };
  for (const ImportKey& key : keys) {
    add(request_hash(key.key));
    add(peppers.imported_digest(peppers.current(), key.sha256 ? *key.sha256 : credential::sha256(key.secret.expose())));
    add(credential::sha256(key.external_id));
  }
  return credential::sha256(text);
}

ApiResponse answer_of(const ImportedBatch& batch, bool dry_run) {
  const auto here = std::ranges::count_if(batch.keys, &lifecycle::ImportedKey::was_here);
  JsonWriter json;
  json.begin_object().begin_array("data");
  for (const lifecycle::ImportedKey& key : batch.keys) {
    json.begin_object();
    key.id.is_nil() ? json.null("id") : json.text("id", key.id.to_string());
    json.text("result", key.was_here ? "already_there" : "imported").end_object();
  }
  json.end_array();
  json.number("imported", std::ssize(batch.keys) - here).number("already_there", here).flag("dry_run", dry_run);
  json.end_object();
  ApiResponse response = json_response(200, json.take());
  if (batch.replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

Outcome import_keys(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kOperate);
  if (!tenant) return std::unexpected(tenant.error());
  const auto name = read_idempotency_key(request);
  if (!name) return std::unexpected(name.error());
  auto document = read_object(request, kMaxImportValues);
  if (!document) return std::unexpected(std::move(document.error()));
  Batch batch = read_batch(context, *tenant, *document);
  if (!batch.mistakes.empty()) {
    std::ranges::move(services.imports.mistakes_of(*tenant, batch.keys), std::back_inserter(batch.mistakes));
    std::ranges::sort(batch.mistakes, {}, place_in);
    return std::unexpected(invalid_fields(std::move(batch.mistakes)));
  }
  std::optional<lifecycle::Idempotency> once;
  if (*name) once = {**name, hash_of(batch.keys, services.peppers)};
  const auto done = batch.dry_run ? services.imports.foresee(*tenant, batch.keys)
                                  : services.imports.take(*tenant, batch.keys, actor_of(request.caller), once);
  if (!done) return std::unexpected(problem_of(done.error()));
  return answer_of(*done, batch.dry_run);
}

}  // namespace

void add_import_routes(Router& router, const ApiContext& context) {
  router.add({.method = "POST", .path = "/v1/tenants/{tenant}/api-keys/import", .handle = with(context, import_keys)});
}

}  // namespace latchkey::api
