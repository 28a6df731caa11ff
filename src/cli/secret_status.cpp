#include "cli/secret_status.h"

#include <nlohmann/json.hpp>

namespace latchkey::cli {
namespace {

using nlohmann::json;

SecretStatus status_of(std::string_view code) {
  if (code == "allowed" || code == "address_not_permitted" || code == "rate_limited") return SecretStatus::kLive;
  if (code == "key_disabled") return SecretStatus::kDisabled;
  if (code == "tenant_suspended") return SecretStatus::kSuspended;
  if (code == "key_expired") return SecretStatus::kExpired;
  if (code == "key_revoked") return SecretStatus::kRevoked;
  if (code == "unknown_key" || code == "malformed_key") return SecretStatus::kUnknown;
  return SecretStatus::kNotAsked;
}

Attempt<SecretStatus> ask_about_api_key(const Client& client, const Secret& secret) {
  // Letters, digits and underscores, which JSON takes as they are.
  std::string question = R"({"cost":0,"user_agent":"latchkey scan","key":")";
  question.reserve(question.size() + secret.size() + 2);
  question.append(secret.expose()).append("\"}");
  const auto answer = client.post("/v1/api-keys/verify", question);
  wipe(question);
  if (!answer) return std::unexpected(answer.error());
  const json verdict = json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  if (!verdict.is_object() || !verdict.contains("code") || !verdict["code"].is_string()) {
    return std::unexpected(Failure{kUnreachable, "Something that is not Latchkey answered. Check LATCHKEY_URL."});
  }
  return status_of(verdict["code"].get<std::string>());
}

Attempt<SecretStatus> ask_about_operator_key(const Client& client, const Secret& secret) {
  const auto answer = client.with_key(Secret::copy_of(secret.expose())).get("/v1/tenants?limit=1");
  if (answer) return SecretStatus::kLive;
  const json problem = json::parse(answer.error().problem, nullptr, /*allow_exceptions=*/false);
  if (problem.is_object() && problem.value("status", json()) == 401) return SecretStatus::kUnknown;
  // The check listener, say, which knows no operators.
  if (answer.error().exit_code == kRefused) return SecretStatus::kNotAsked;
  return std::unexpected(answer.error());
}

}  // namespace

std::string_view to_string(SecretStatus status) {
  switch (status) {
    case SecretStatus::kNotAsked: return "not asked";
    case SecretStatus::kLive: return "live";
    case SecretStatus::kDisabled: return "disabled";
    case SecretStatus::kSuspended: return "suspended";
    case SecretStatus::kExpired: return "expired";
    case SecretStatus::kRevoked: return "revoked";
    case SecretStatus::kUnknown: return "unknown";
  }
  return "";
}

SecretStatuses ask_about(const Client& client, const std::vector<scan::FoundSecret>& secrets) {
  SecretStatuses out;
  out.of.resize(secrets.size(), SecretStatus::kNotAsked);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    if (i == kMaxAsked) {
      out.trouble = fmt::format("The server was asked about the first {} keys only.", kMaxAsked);
      break;
    }
    const Secret& secret = secrets[i].secret;
    const auto status =
        secrets[i].operator_key ? ask_about_operator_key(client, secret) : ask_about_api_key(client, secret);
    if (!status) {
      out.trouble = status.error().sentence;
      break;
    }
    out.of[i] = *status;
  }
  return out;
}

}  // namespace latchkey::cli
