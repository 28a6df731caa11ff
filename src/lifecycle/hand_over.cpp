#include "lifecycle/hand_over.h"

#include "base/secret.h"
#include "credential/sealed_box.h"

namespace latchkey::lifecycle {
namespace {

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    out += kDigits[value >> 4];
    out += kDigits[value & 15];
  }
  return out;
}

std::string_view view(const credential::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

credential::Digest digest_for(std::string_view purpose, const Secret& fragment) {
  std::string text(purpose);
  text += fragment.expose();
  const credential::Digest digest = credential::sha256(text);
  wipe(text);
  return digest;
}

Secret box_key(const Secret& fragment) {
  credential::Digest digest = digest_for("latchkey hand-over key 1 ", fragment);
  Secret key{std::string(view(digest))};
  wipe(digest.data(), digest.size());
  return key;
}

store::HandOverRecord begin(const ApiKey& key, std::int64_t generation, const credential::Peppers& peppers, Instant now,
                            Random& random) {
  store::HandOverRecord record;
  record.id = HandOverId::make(now, random);
  record.tenant = key.tenant;
  record.key = key.id;
  record.generation = generation;
  record.pepper = peppers.current();
  record.created_at = now;
  return record;
}

}  // namespace

void check_hand_over(const HandOver& target, const Tenant& tenant, const HandOverPlaces* places,
                     std::vector<FieldError>& mistakes) {
  if (target.kind == HandOverKind::kShow) return;
  const auto why = places == nullptr ? std::optional<std::string>("This server can only show secrets.")
                                     : places->why_not(tenant, target);
  if (why) mistakes.push_back({"/hand_over", *why});
}

store::HandOverRecord make_hand_over(const ApiKey& key, const HandOver& target, const Secret& secret,
                                     const credential::Peppers& peppers, Instant now, Random& random) {
  store::HandOverRecord record = begin(key, key.generation, peppers, now, random);
  const Secret fragment = fragment_of(record, peppers);
  record.sealed = credential::seal_box(box_key(fragment).expose(), record.id.to_string(), secret, random);
  if (target.kind == HandOverKind::kLink) {
    record.task = store::HandOverTask::kLink;
    record.recipient = key.contact_email;
    record.proof_hash = credential::sha256(proof_of(fragment));
    record.expires_at = now.plus_ms(kLinkLifeMs);
    record.next_attempt_at = now;
  } else {
    record.task = store::HandOverTask::kStore;
    record.manager = target.manager;
    record.path = target.path;
    record.next_attempt_at = now;
  }
  return record;
}

store::HandOverRecord make_take_back(const ApiKey& key, std::int64_t generation, const credential::Peppers& peppers,
                                     Instant now, Random& random) {
  store::HandOverRecord record = begin(key, generation, peppers, now, random);
  record.task = store::HandOverTask::kTakeBack;
  record.manager = key.hand_over.manager;
  record.path = key.hand_over.path;
  record.next_attempt_at = now;
  return record;
}

Secret fragment_of(const store::HandOverRecord& record, const credential::Peppers& peppers) {
  const Secret key = peppers.hand_over_key(record.pepper, record.id.to_string());
  return Secret(to_hex(key.expose()));
}

std::string proof_of(const Secret& fragment) {
  return to_hex(view(digest_for("latchkey hand-over proof 1 ", fragment)));
}

bool proof_is_right(const store::HandOverRecord& record, std::string_view proof) {
  return record.task == store::HandOverTask::kLink &&
         equal_in_constant_time(view(credential::sha256(proof)), view(record.proof_hash));
}

std::optional<Secret> open_hand_over(const store::HandOverRecord& record, const credential::Peppers& peppers) {
  if (!peppers.knows(record.pepper)) return std::nullopt;
  return credential::open_box(box_key(fragment_of(record, peppers)).expose(), record.id.to_string(), record.sealed);
}

}  // namespace latchkey::lifecycle
