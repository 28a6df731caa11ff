#include "lifecycle/seal.h"

#include "base/secret.h"

namespace latchkey::lifecycle {
namespace {

void append_number(std::string& out, std::int64_t value) {
  std::array<char, 8> bytes;  // big endian
  for (int i = 0; i < 8; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<char>(static_cast<std::uint64_t>(value) >> (56 - 8 * i) & 0xff);
  out.append(bytes.data(), bytes.size());
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::int64_t>(text.size()));
  out += text;
}

template <std::size_t N>
void append_bytes(std::string& out, const std::array<std::uint8_t, N>& bytes) {
  append_number(out, N);
  out.append(reinterpret_cast<const char*>(bytes.data()), N);
}

void append_instant(std::string& out, const std::optional<Instant>& instant) {
  out += instant ? '\1' : '\0';
  append_number(out, instant ? instant->unix_ms : 0);
}

void append_list(std::string& out, const std::vector<std::string>& list) {
  append_number(out, static_cast<std::int64_t>(list.size()));
  for (const std::string& text : list) append_text(out, text);
}

void append_restrictions(std::string& out, const Restrictions& restrictions) {
  append_list(out, restrictions.operations);
  append_list(out, restrictions.channels);
  append_list(out, restrictions.attributes);
  append_number(out, static_cast<std::int64_t>(restrictions.ip_ranges.size()));
  for (const IpRange& range : restrictions.ip_ranges) {
    append_bytes(out, range.network().bytes());
    append_number(out, range.prefix_bits());
  }
}

// The trial's number is the store's to give, and who started it is for people only.
std::string canonical_trial(const Trial& trial) {
  std::string out;
  append_text(out, "latchkey trial 1");
  append_bytes(out, trial.key.bytes());
  append_bytes(out, trial.tenant.bytes());
  append_restrictions(out, trial.restrictions);
  append_number(out, trial.started_at.unix_ms);
  return out;
}

// Nothing for a key without limits of its own, whose rows were sealed like that before there were any.
void append_limits(std::string& out, const OwnLimits& limits) {
  if (limits.empty()) return;
  append_text(out, "limits");
  append_number(out, static_cast<std::int64_t>(limits.rate_limits.size()));
  for (const OwnRateLimit& limit : limits.rate_limits) {
    append_text(out, limit.name);
    append_number(out, static_cast<std::int64_t>(limit.requests));
    append_number(out, limit.window_seconds);
    out += limit.rate_class ? '\1' : '\0';
    append_text(out, limit.rate_class.value_or(""));
  }
  append_number(out, static_cast<std::int64_t>(limits.quotas.size()));
  for (const Quota& quota : limits.quotas) {
    append_text(out, quota.name);
    append_text(out, to_string(quota.period));
    append_number(out, static_cast<std::int64_t>(quota.requests));
  }
}

// So that a secret of ours can't be passed off as an imported one, nor the other way round.
constexpr std::int64_t kImportedBit = std::int64_t{1} << 32;

std::string_view view(const credential::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The parts of a canonical row, in their order: names, rules, state, limits.
void append_names(std::string& out, KeyId id, TenantId tenant) {
  append_text(out, "latchkey api key 1");
  append_bytes(out, id.bytes());
  append_bytes(out, tenant.bytes());
}

void append_rules(std::string& out, std::string_view access_type, const Restrictions& restrictions) {
  append_text(out, access_type);
  append_restrictions(out, restrictions);
}

void append_state(std::string& out, KeyState state, const std::optional<Instant>& expires_at, std::int64_t version,
                  const std::vector<store::SecretRecord>& secrets) {
  append_text(out, to_string(state));
  append_instant(out, expires_at);
  append_number(out, version);
  append_number(out, static_cast<std::int64_t>(secrets.size()));
  for (const store::SecretRecord& secret : secrets) {
    append_number(out, std::int64_t{secret.pepper} | (secret.imported ? kImportedBit : 0));
    append_bytes(out, secret.digest);
    append_instant(out, secret.valid_until);
  }
}

}  // namespace

std::string canonical_row(const store::KeyRecord& record) {
  const ApiKey& key = record.key;
  std::string out;
  out.reserve(512);
  append_names(out, key.id, key.tenant);
  append_rules(out, key.access_type, key.restrictions);
  append_state(out, key.state, key.expires_at, key.version, record.secrets);
  append_limits(out, key.limits);
  // So that a deleted key does not come back by emptying that column.
  if (key.deleted_at) append_text(out, "deleted");
  return out;
}

bool RowSeals::valid(const store::KeyRow& row) {
  if (!peppers_.knows(row.seal_pepper)) return false;
  if (rules_.size() > store::kMaxRulesRemembered) rules_.clear();
  const auto [rules, is_new] = rules_.try_emplace(row.rules->number);
  if (is_new) {
    append_rules(rules->second.rules, row.rules->access_type, row.rules->restrictions);
    append_limits(rules->second.limits, row.rules->limits);
  }
  text_.clear();
  append_names(text_, row.id, row.tenant);
  text_ += rules->second.rules;
  append_state(text_, row.state, row.expires_at, row.version, row.secrets);
  text_ += rules->second.limits;
  const credential::Digest expected = peppers_.seal(row.seal_pepper, text_);
  return equal_in_constant_time(view(expected), view(row.seal));
}

void seal(store::KeyRecord& record, const credential::Peppers& peppers) {
  record.seal_pepper = peppers.current();
  record.seal = peppers.seal(record.seal_pepper, canonical_row(record));
}

bool seal_is_valid(const store::KeyRecord& record, const credential::Peppers& peppers) {
  if (!peppers.knows(record.seal_pepper)) return false;
  const credential::Digest expected = peppers.seal(record.seal_pepper, canonical_row(record));
  return equal_in_constant_time(view(expected), view(record.seal));
}

void seal(store::TrialRecord& record, const credential::Peppers& peppers) {
  record.seal_pepper = peppers.current();
  record.seal = peppers.seal(record.seal_pepper, canonical_trial(record.trial));
}

bool seal_is_valid(const store::TrialRecord& record, const credential::Peppers& peppers) {
  if (!peppers.knows(record.seal_pepper)) return false;
  const credential::Digest expected = peppers.seal(record.seal_pepper, canonical_trial(record.trial));
  return equal_in_constant_time(view(expected), view(record.seal));
}

}  // namespace latchkey::lifecycle
