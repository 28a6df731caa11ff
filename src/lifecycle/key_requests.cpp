#include "lifecycle/key_requests.h"

#include <array>

#include "base/log.h"
#include "lifecycle/key_request_notices.h"
#include "lifecycle/text.h"

namespace latchkey::lifecycle {
namespace {

using store::KeyRequestRecord;
using store::KeyRequestState;

constexpr std::size_t kTokenBytes = 32;

Secret make_token(Random& random) {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  random.fill(bytes);
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  wipe(bytes.data(), bytes.size());
  return Secret(std::move(text));
}

std::string_view view(const credential::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Error no_such_link() {
  return {ErrorCode::kNotFound,
          "There is no such request link. Check that you opened all of it, or ask whoever sent it for a new one.",
          {}};
}

// Those whose keys can be limited to operations, so that a stranger gets what they need and no more.
std::vector<std::string> for_third_parties(const catalog::Catalog& catalog) {
  std::vector<std::string> ids;
  for (const catalog::AccessType& type : catalog.access_types()) {
    if (type.takes(catalog::RestrictionKind::kOperations)) ids.push_back(type.id);
  }
  return ids;
}

std::string check_link_type(const std::optional<std::string>& asked, const catalog::Catalog& catalog,
                            Mistakes& mistakes) {
  const std::vector<std::string> eligible = for_third_parties(catalog);
  const auto add = [&](std::string detail) { mistakes.push_back({"/access_type", std::move(detail)}); };
  if (eligible.empty()) {
    add("No access type of the catalog can be limited to operations, so third parties can't ask for any.");
  } else if (!asked && eligible.size() > 1) {
    add(fmt::format("Name the access type; third parties may ask for {}.", listed(eligible)));
  } else if (!asked) {
    return eligible.front();
  } else if (check_access_type(*asked, catalog, mistakes) != nullptr &&
             std::ranges::find(eligible, *asked) == eligible.end()) {
    add(fmt::format(
        "A key of access type {} cannot be limited to operations, so it is not for third parties; choose {}.", *asked,
        listed(eligible)));
  }
  return asked.value_or("");
}

store::AskedKey check_asked(const AskForKey& input, const KeyRequestRecord& record, const Tenant& tenant,
                            const catalog::Catalog& catalog, Mistakes& mistakes) {
  store::AskedKey out;
  out.asker = check_name(input.asker, "name", "/asker", mistakes);
  if (!trimmed(input.organisation).empty()) {
    out.organisation = check_name(input.organisation, "organisation", "/organisation", mistakes);
  }
  out.contact_email = check_email(input.contact_email, "/contact_email", mistakes);
  out.application = check_name(input.application, "name of the application", "/application", mistakes);
  out.purpose = check_prose(input.purpose, "purpose", kMaxPurposeCharacters, "/purpose", mistakes);
  const catalog::AccessType* type = check_access_type(record.access_type, catalog, mistakes);
  if (type == nullptr) return out;
  out.restrictions = check_restrictions(input.restrictions, *type, tenant, catalog, mistakes);
  // Nothing selected would mean everything, which no stranger should ask for by leaving something out.
  if (input.restrictions.operations.empty()) {
    mistakes.push_back({"/restrictions/operations", "Choose at least one operation that your application must call."});
  }
  return out;
}

Error why_closed(const KeyRequestRecord& record, Instant now) {
  const auto closed = [](std::string message) { return Error{ErrorCode::kConflict, std::move(message), {}}; };
  switch (status_of(record, now)) {
    case KeyRequestStatus::kActivated:
      return closed("This request was granted already. Nothing can be changed any more.");
    case KeyRequestStatus::kDeclined: return closed("This request was declined. Ask whoever sent you the link.");
    case KeyRequestStatus::kWithdrawn: return closed("This link was withdrawn. Ask whoever sent it for a new one.");
    case KeyRequestStatus::kExpired: return closed("This link is too old. Ask whoever sent it for a new one.");
    case KeyRequestStatus::kOpen:
    case KeyRequestStatus::kSubmitted: break;
  }
  return closed("This request was sent and can't be corrected any more. Ask whoever sent you the link.");
}

}  // namespace

std::string_view to_string(KeyRequestStatus status) {
  switch (status) {
    case KeyRequestStatus::kOpen: return "open";
    case KeyRequestStatus::kSubmitted: return "submitted";
    case KeyRequestStatus::kActivated: return "activated";
    case KeyRequestStatus::kDeclined: return "declined";
    case KeyRequestStatus::kWithdrawn: return "withdrawn";
    case KeyRequestStatus::kExpired: return "expired";
  }
  return "";
}

KeyRequestStatus status_of(const KeyRequestRecord& record, Instant now) {
  switch (record.state) {
    case KeyRequestState::kOpen: return record.expires_at <= now ? KeyRequestStatus::kExpired : KeyRequestStatus::kOpen;
    case KeyRequestState::kSubmitted: return KeyRequestStatus::kSubmitted;
    case KeyRequestState::kActivated: return KeyRequestStatus::kActivated;
    case KeyRequestState::kDeclined: return KeyRequestStatus::kDeclined;
    case KeyRequestState::kWithdrawn: return KeyRequestStatus::kWithdrawn;
  }
  return KeyRequestStatus::kExpired;
}

bool takes_submissions(const KeyRequestRecord& record, Instant now) {
  const bool waits = record.state == KeyRequestState::kOpen || record.state == KeyRequestState::kSubmitted;
  return waits && record.expires_at > now && record.submissions < store::KeyRequestStore::kMaxSubmissions;
}

ChangeResult<MadeKeyRequest> KeyRequests::make(const Tenant& tenant, const MakeKeyRequest& request,
                                               const Actor& actor) {
  const Instant now = clock_.now();
  const std::int64_t life_s = request.life_seconds.value_or(kUsualRequestLifeS);
  Mistakes mistakes;
  MadeKeyRequest made;
  KeyRequestRecord& record = made.record;
  record.note = check_prose(request.note, "note", kMaxNoteCharacters, "/note", mistakes);
  record.access_type = check_link_type(request.access_type, catalog_, mistakes);
  if (life_s < kMinRequestLifeS || life_s > kMaxRequestLifeS) {
    mistakes.push_back({"/life_seconds", fmt::format("A link lives for {} seconds (an hour) to {} (30 days).",
                                                     kMinRequestLifeS, kMaxRequestLifeS)});
  }
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  record.id = KeyRequestId::make(now, random_);
  record.tenant = tenant.id;
  record.created_at = now;
  record.created_by = actor;
  record.expires_at = now.plus_ms(life_s * 1000);
  made.token = make_token(random_);
  record.token_hash = credential::sha256(made.token.expose());
  made.url = fmt::format("{}/request/{}#{}", console_url_, record.id.to_string(), made.token.expose());
  if (auto inserted = store_.insert_key_request(record); !inserted) return stopped_by(inserted.error());
  return made;
}

Result<KeyRequestRecord> KeyRequests::find(KeyRequestId id, std::string_view token) {
  auto record = store_.find_key_request(id);
  if (!record) {
    return std::unexpected(record.error().code == ErrorCode::kNotFound ? no_such_link() : record.error());
  }
  if (!equal_in_constant_time(view(credential::sha256(token)), view(record->token_hash))) {
    return std::unexpected(no_such_link());
  }
  return record;
}

ChangeResult<KeyRequestRecord> KeyRequests::submit(KeyRequestId id, std::string_view token, const AskForKey& asked) {
  auto record = find(id, token);
  if (!record) return stopped_by(record.error());
  const Instant now = clock_.now();
  if (!takes_submissions(*record, now)) return stopped_by(why_closed(*record, now));
  const auto tenant = key_store_.find_tenant(record->tenant);
  if (!tenant) return stopped_by(tenant.error());
  Mistakes mistakes;
  record->asked = check_asked(asked, *record, *tenant, catalog_, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  record->state = KeyRequestState::kSubmitted;
  record->submitted_at = now;
  ++record->submissions;
  const NoticeSources sources{key_store_, webhooks_, places_ != nullptr && places_->mails_links(), console_url_};
  const auto notices = notices_of(*record, *tenant, sources, random_);
  if (!notices) return stopped_by(notices.error());
  const auto left_out = store_.submit_key_request(id, record->asked, now, *notices);
  if (!left_out) {
    if (left_out.error().code != ErrorCode::kConflict) return stopped_by(left_out.error());
    auto as_it_is = store_.find_key_request(id);
    return stopped_by(as_it_is ? why_closed(*as_it_is, now) : as_it_is.error());
  }
  if (left_out->mails > 0 || left_out->deliveries > 0) {
    log::warn("key_request.outbox_full", {{"key_request", id.to_string()},
                                          {"mails", std::to_string(left_out->mails)},
                                          {"webhook_messages", std::to_string(left_out->deliveries)}});
  }
  return std::move(*record);
}

Result<KeyRequestRecord> KeyRequests::end(TenantId tenant, KeyRequestId id, KeyRequestState to, const Actor& actor) {
  const auto ended = store_.end_key_request(tenant, id, to, clock_.now(), actor);
  if (!ended && ended.error().code != ErrorCode::kConflict) return std::unexpected(ended.error());
  return store_.find_key_request(tenant, id);
}

Result<KeyRequestRecord> KeyRequests::withdraw(TenantId tenant, KeyRequestId id, const Actor& actor) {
  LK_ASSIGN(KeyRequestRecord record, end(tenant, id, KeyRequestState::kWithdrawn, actor));
  if (record.state == KeyRequestState::kWithdrawn) return record;
  if (record.state == KeyRequestState::kSubmitted) {
    return fail(ErrorCode::kConflict, "Somebody has filled this link in. Decline what they ask for instead.");
  }
  return fail(ErrorCode::kConflict, "This request was answered already.");
}

Result<KeyRequestRecord> KeyRequests::decline(TenantId tenant, KeyRequestId id, const Actor& actor) {
  LK_ASSIGN(KeyRequestRecord record, end(tenant, id, KeyRequestState::kDeclined, actor));
  switch (record.state) {
    case KeyRequestState::kDeclined: return record;
    case KeyRequestState::kOpen:
      return fail(ErrorCode::kConflict, "Nobody has filled this link in yet. Withdraw it instead.");
    case KeyRequestState::kActivated:
      return fail(ErrorCode::kConflict, "This request was granted already. Revoke the key instead.");
    case KeyRequestState::kSubmitted:
    case KeyRequestState::kWithdrawn: break;
  }
  return fail(ErrorCode::kConflict, "This request was withdrawn already.");
}

HandOver KeyRequests::usual_hand_over() const {
  return {places_ != nullptr && places_->mails_links() ? HandOverKind::kLink : HandOverKind::kShow, {}, {}};
}

ChangeResult<CreatedKey> KeyRequests::already_made(const KeyRequestRecord& record) {
  auto key = key_store_.find_key(record.tenant, record.key);
  if (!key) {
    return stopped_by({ErrorCode::kConflict, "This request was granted already, and its key was deleted since.", {}});
  }
  // The first answer may never have waited for the checks.
  if (const auto followed = keys_.follow_everything(); !followed) return stopped_by(not_followed(followed.error()));
  return CreatedKey{std::move(key->key), Secret(), true};
}

ChangeResult<CreatedKey> KeyRequests::activate(const Tenant& tenant, KeyRequestId id, CreateKey draft,
                                               const Actor& actor) {
  auto record = store_.find_key_request(tenant.id, id);
  if (!record) return stopped_by(record.error());
  if (record->state == KeyRequestState::kActivated) return already_made(*record);
  if (record->state == KeyRequestState::kOpen) {
    return stopped_by(
        {ErrorCode::kConflict, "Nobody has filled this link in yet, so there is no key to activate.", {}});
  }
  if (record->state != KeyRequestState::kSubmitted) {
    return stopped_by({ErrorCode::kConflict, "This request was declined. Make a new link, or a key without one.", {}});
  }
  if (draft.access_type != record->access_type) {
    return invalid({{"/access_type",
                     fmt::format("This request is for a key of access type {}.", record->access_type)}});
  }
  draft.request = id;
  auto made = keys_.create(tenant, draft, actor, std::nullopt);
  if (made || made.error().error.code != ErrorCode::kConflict) return made;
  // Somebody else answered it meanwhile.
  record = store_.find_key_request(tenant.id, id);
  if (!record) return stopped_by(record.error());
  if (record->state == KeyRequestState::kActivated) return already_made(*record);
  return made;
}

}  // namespace latchkey::lifecycle
