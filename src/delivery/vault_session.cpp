#include "delivery/vault_session.h"

#include "base/json_text.h"
#include "delivery/json_member.h"
#include "delivery/secret_file.h"

namespace latchkey::delivery {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

bool is_for_the_caller(int status) { return status == 200 || status == 204 || status == 400 || status == 404; }

}  // namespace

std::unexpected<Error> explain_vault_status(const std::string& title, int status, std::string_view body) {
  const std::string detail = fmt::format("status {}", status);
  const auto later = [&](std::string_view what) {
    return fail(ErrorCode::kUnavailable, fmt::format("The {} {}; it will be asked again.", title, what), detail);
  };
  if (body.contains("is sealed")) return later("is sealed: unseal it");
  switch (status) {
    case 307: return later("is a standby node: enter the address of the active one, or of what stands before both");
    case 412: return later("is not up to date with its cluster yet");
    case 429: return later("takes no more requests for now, by its rate limits");
    case 472:
    case 473: return later("is a standby node and can't be written to: enter the address of the active one");
    case 501: return later("is not initialized: initialize and unseal it");
    default: break;
  }
  if (status >= 500) return later(fmt::format("answered {}", status));
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} answered {}, which no Vault does here; see whether its address is right.", title,
                          status),
              detail);
}

VaultSession::VaultSession(const VaultOptions& options, const Clock& clock, const std::atomic<bool>& stopping)
    : options_(options), clock_(clock), caller_(options.name, options.ca_file, stopping) {}

Result<ManagerAnswer> VaultSession::call(const std::string& path, std::optional<std::string_view> body) {
  LK_ASSIGN(Secret signed_in, token());
  LK_ASSIGN(ManagerAnswer answer, send(path, body, &signed_in));
  if (answer.status == 403 && by_approle()) {
    // It may have ended before its time: revoked, or forgotten by a server that was restored.
    forget(signed_in);
    LK_ASSIGN(signed_in, token());
    LK_ASSIGN(answer, send(path, body, &signed_in));
  }
  if (answer.status == 403) return explain_refusal(signed_in);
  if (!is_for_the_caller(answer.status)) return explain_vault_status(title(), answer.status, answer.body.expose());
  return answer;
}

Result<ManagerAnswer> VaultSession::send(const std::string& path, std::optional<std::string_view> body,
                                         const Secret* token) const {
  ManagerRequest request;
  request.url = fmt::format("{}/v1/{}", options_.address, path);
  request.headers.emplace_back("X-Vault-Request: true");
  if (token != nullptr) request.headers.push_back("X-Vault-Token: " + std::string(token->expose()));
  if (!options_.name_space.empty()) request.headers.push_back("X-Vault-Namespace: " + options_.name_space);
  if (body) request.headers.emplace_back("Content-Type: application/json");
  request.body = body;
  return caller_.call(request);
}

Result<Secret> VaultSession::token() {
  if (by_approle()) return leased_token();
  return read_secret_file(options_.token_file, fmt::format("the token of {}", title()));
}

Result<Secret> VaultSession::leased_token() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ns = clock_.steady_ns();
  if (lease_ && lease_->seconds > 0 && now_ns - lease_->granted_ns >= lease_->seconds * kSecond / 3 * 2) {
    auto renewed = lease_->renewable ? renew(*lease_) : std::nullopt;
    // Near the longest time that a token may have, a renewal grants hardly any.
    const bool worth_it = renewed && renewed->seconds * 2 >= lease_->seconds;
    lease_ = worth_it ? std::move(renewed) : std::nullopt;
  }
  if (!lease_) {
    LK_ASSIGN(lease_, log_in());
  }
  return Secret::copy_of(lease_->token.expose());
}

Result<VaultSession::Lease> VaultSession::log_in() const {
  LK_ASSIGN(const Secret secret_id,
            read_secret_file(options_.secret_id_file, fmt::format("the secret id of {}", title())));
  std::string body;
  body.reserve(2 * secret_id.size() + options_.role_id.size() + 64);
  body += "{\"role_id\":";
  append_json_string(body, options_.role_id);
  body += ",\"secret_id\":";
  append_json_string(body, secret_id.expose());
  body += '}';
  auto answer = send(fmt::format("auth/{}/login", options_.approle_mount), body, nullptr);
  wipe(body);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) {
    if (auto lease = read_lease(answer->body.expose())) return std::move(*lease);
  }
  // Nobody may know from outside where a sign-in is: what is not there is answered as what is not permitted.
  if (answer->status == 404 || answer->status == 403) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("The {} has no AppRole sign-in at auth/{}, or none from this address; see whether "
                            "approle_mount and namespace are right.",
                            title(), options_.approle_mount));
  }
  if (answer->status == 400) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("The {} refused role_id and the secret id in {}; make a new secret id and put it there.",
                            title(), options_.secret_id_file));
  }
  return explain_vault_status(title(), answer->status, answer->body.expose());
}

std::optional<VaultSession::Lease> VaultSession::renew(const Lease& lease) const {
  const auto answer = send("auth/token/renew-self", "{}", &lease.token);
  return answer && answer->status == 200 ? read_lease(answer->body.expose()) : std::nullopt;
}

void VaultSession::forget(const Secret& refused) {
  const std::lock_guard lock(mutex_);
  if (lease_ && lease_->token.equals(refused.expose())) lease_.reset();
}

std::optional<VaultSession::Lease> VaultSession::read_lease(std::string_view answer) const {
  auto token = json_secret(answer, {"auth", "client_token"});
  if (!token || token->empty()) return std::nullopt;
  return Lease{.token = std::move(*token),
               .seconds = json_integer(answer, {"auth", "lease_duration"}).value_or(0),
               .granted_ns = clock_.steady_ns(),
               .renewable = json_member(answer, {"auth", "renewable"}) == "true"};
}

// A token that is good may always look at itself.
std::unexpected<Error> VaultSession::explain_refusal(const Secret& token) const {
  const auto looked = send("auth/token/lookup-self", std::nullopt, &token);
  if (looked && looked->status == 200) {
    return fail(ErrorCode::kPermissionDenied, fmt::format("The {} does not let Latchkey read or write there; its "
                                                          "policy must allow create, read and update on {}/data/.",
                                                          title(), options_.mount));
  }
  if (!by_approle()) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("The {} refused the token in {}; put a valid one there.", title(), options_.token_file));
  }
  return fail(
      ErrorCode::kUnauthenticated,
      fmt::format("The {} refused the token that it gave out for role_id; see what its policies and audit log say.",
                  title()));
}

}  // namespace latchkey::delivery
