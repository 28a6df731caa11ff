#include "delivery/aws_secrets_manager.h"

#include "base/json_text.h"
#include "credential/digest.h"
#include "delivery/json_member.h"
#include "delivery/written_secret.h"

namespace latchkey::delivery {
namespace {

constexpr int kAttempts = 3;
// What a version is stored under before it becomes the current one.
constexpr std::string_view kStored = "LATCHKEY_STORED";
// By which a secret that was made here is known from one that was made for it.
constexpr std::string_view kDescription = "Written by Latchkey";
constexpr std::string_view kCurrentStage = R"("VersionStage":"AWSCURRENT")",
                           kPreviousStage = R"("VersionStage":"AWSPREVIOUS")";

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string default_endpoint(const std::string& region) {
  const std::string_view domain = region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return fmt::format("https://secretsmanager.{}.{}", region, domain);
}

// Starts a request's body; the caller closes the brace. Paths and ids need no escaping.
std::string about(const std::string& path) { return fmt::format(R"({{"SecretId":"{}")", path); }

std::string version_member(const std::string& id) { return fmt::format(R"("VersionId":"{}")", id); }

// `before` + the document as a JSON string + `after`, without copies left behind.
Secret with_document(std::string_view before, std::string_view document, std::string_view after) {
  std::string body;
  body.reserve(before.size() + 6 * document.size() + after.size() + 32);
  body += before;
  body += ",\"SecretString\":";
  append_json_string(body, document);
  body += after;
  return Secret(std::move(body));
}

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> these) {
  return std::ranges::find(these, text) != these.end();
}

}  // namespace

Result<void> check_aws(const AwsOptions& options) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, std::move(what)); };
  if (!is_word(options.region)) return wrong("region must be one of AWS, such as eu-central-1.");
  if (!options.endpoint.empty()) {
    if (auto checked = check_manager_address(options.endpoint); !checked)
      return wrong("endpoint: " + checked.error().message);
  }
  if (options.credentials_file.empty() && !are_usable(options.credentials)) {
    return wrong(
        "Name a credentials_file, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the server's environment.");
  }
  return {};
}

std::string aws_version_id(KeyId key, std::int64_t generation) {
  const credential::Digest digest = credential::sha256(fmt::format("latchkey {} {}", key.to_string(), generation));
  Uuid id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return uuid_to_hex(id);
}

std::string aws_error_name(std::string_view body) {
  auto name = json_text(body, {"__type"});
  if (!name) name = json_text(body, {"code"});
  if (!name) {
    // What stands in front of the service answers in XML.
    const std::size_t start = body.find("<Code>"), end = body.find("</Code>");
    if (start == std::string_view::npos || end == std::string_view::npos || end < start || end - start > 100) return {};
    return std::string(body.substr(start + 6, end - start - 6));
  }
  // "namespace#Name:address"
  return name->substr(name->rfind('#') + 1).substr(0, name->substr(name->rfind('#') + 1).find(':'));
}

AwsSecretsManager::AwsSecretsManager(AwsOptions options, const Clock& clock, const std::atomic<bool>& stopping)
    : options_(std::move(options)),
      url_((options_.endpoint.empty() ? default_endpoint(options_.region) : options_.endpoint) + "/"),
      clock_(clock),
      caller_(options_.name, options_.ca_file, stopping) {}

std::string AwsSecretsManager::place(const std::string& path) const {
  return fmt::format("{} in {}", path, caller_.title());
}

Result<void> AwsSecretsManager::put(const std::string& path, const HandedSecret& handed) {
  const std::string version = aws_version_id(handed.key, handed.generation);
  const Secret document = written_json(handed, clock_.now());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    LK_ASSIGN(const Version standing, read(path, kCurrentStage));
    if (!standing.id.empty()) {
      LK_ASSIGN(const PutDecision decided, judge_put(place(path), standing.document.expose(), handed));
      if (decided == PutDecision::kIsThere) return {};
    } else {
      LK_ASSIGN(const Created created, create(path, version, document.expose()));
      if (created == Created::kYes) return {};
      // Made in between, or made by somebody without a value: the first value is current by itself.
      if (attempt == 0) continue;
    }
    LK_TRY(store(path, version, document.expose(), handed));
    LK_ASSIGN(const bool moved, move_label(path, "AWSCURRENT", standing.id, version));
    if (moved) return {};
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("At {} somebody else keeps writing; it will be tried again.", place(path)));
}

Result<void> AwsSecretsManager::store(const std::string& path, const std::string& version, std::string_view document,
                                      const HandedSecret& handed) {
  const Secret body = with_document(about(path) + fmt::format(R"(,"ClientRequestToken":"{}")", version), document,
                                    fmt::format(R"(,"VersionStages":["{}"]}})", kStored));
  LK_ASSIGN(const Reply reply, call("PutSecretValue", body.expose(), {"ResourceExistsException"}));
  if (reply.error.empty()) return {};
  // Stored by an attempt whose answer got lost, at another time of day.
  LK_ASSIGN(const Version stored, read(path, version_member(version)));
  const auto written = read_written(stored.document.expose());
  if (written && written->api_key.equals(handed.secret.expose())) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format("At {} generation {} of this key stands with another value, so nothing was changed; rotate the key.",
                  place(path), handed.generation));
}

Result<void> AwsSecretsManager::take_back(const std::string& path, KeyId key, std::int64_t generation) {
  LK_ASSIGN(const Version standing, read(path, kCurrentStage));
  if (standing.id.empty()) return {};
  LK_ASSIGN(const TakeBackDecision decided, judge_take_back(place(path), standing.document.expose(), key, generation));
  if (decided == TakeBackDecision::kRestore) return restore(path, standing, key, generation);
  return unlabel(path, aws_version_id(key, generation));
}

Result<void> AwsSecretsManager::restore(const std::string& path, const Version& withdrawn, KeyId key,
                                        std::int64_t generation) {
  LK_ASSIGN(const Version before, read(path, kPreviousStage));
  if (before.id.empty()) return remove(path, withdrawn.id);
  const auto written = read_written(before.document.expose());
  if (written && written->key == key && written->generation >= generation) {
    return fail(
        ErrorCode::kConflict,
        fmt::format(
            "At {} AWSPREVIOUS is a later secret than the one to take back, so nothing was changed; rotate the key.",
            place(path)));
  }
  LK_ASSIGN(const bool moved, move_label(path, "AWSCURRENT", withdrawn.id, before.id));
  if (!moved)
    return fail(ErrorCode::kUnavailable,
                fmt::format("At {} somebody else wrote meanwhile; it will be tried again.", place(path)));
  return unlabel(path, withdrawn.id);
}

Result<void> AwsSecretsManager::unlabel(const std::string& path, const std::string& version) {
  LK_ASSIGN(const Version previous, read(path, kPreviousStage));
  if (previous.id != version) return {};
  LK_ASSIGN(const bool moved, move_label(path, "AWSPREVIOUS", version, {}));
  static_cast<void>(moved);  // false: it has lost the label already
  return {};
}

Result<void> AwsSecretsManager::remove(const std::string& path, const std::string& only_version) {
  LK_ASSIGN(const Reply described, call("DescribeSecret", about(path) + "}", {}));
  const std::string_view body = described.body.expose();
  std::string labels;
  for (const char c : json_member(body, {"VersionIdsToStages"}).value_or("")) {
    if (c != ' ' && c != '\n') labels += c;
  }
  const std::string ours = fmt::format("{{\"{}\":[", only_version);
  const bool only_ours = labels.starts_with(ours) && labels.find("\":[", ours.size()) == std::string::npos;
  if (!only_ours || json_text(body, {"Description"}) != kDescription) {
    return fail(
        ErrorCode::kConflict,
        fmt::format("The secret at {} was made by somebody else, or has versions of others, so it was not deleted; "
                    "its current value is the secret to take back.",
                    place(path)));
  }
  LK_ASSIGN(const Reply gone, call("DeleteSecret", about(path) + R"(,"ForceDeleteWithoutRecovery":true})",
                                   {"ResourceNotFoundException"}));
  return {};
}

Result<void> AwsSecretsManager::probe() {
  LK_ASSIGN(const Reply reply, call("DescribeSecret", about(options_.probed) + "}", {"ResourceNotFoundException"}));
  return {};
}

Result<AwsSecretsManager::Version> AwsSecretsManager::read(const std::string& path, std::string_view which) {
  LK_ASSIGN(const Reply reply,
            call("GetSecretValue", fmt::format("{},{}}}", about(path), which), {"ResourceNotFoundException"}));
  if (!reply.error.empty()) return Version{};
  Version found;
  found.id = json_text(reply.body.expose(), {"VersionId"}).value_or("");
  // A binary value is somebody else's: it is judged as an empty document.
  if (auto document = json_secret(reply.body.expose(), {"SecretString"})) found.document = std::move(*document);
  if (!found.id.empty()) return found;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} answered without a version; see whether its endpoint is right.", caller_.title()));
}

Result<AwsSecretsManager::Created> AwsSecretsManager::create(const std::string& path, const std::string& version,
                                                             std::string_view document) {
  const Secret body = with_document(fmt::format(R"({{"Name":"{}","ClientRequestToken":"{}","Description":"{}")", path,
                                                version, kDescription),
                                    document, "}");
  LK_ASSIGN(const Reply reply, call("CreateSecret", body.expose(), {"ResourceExistsException"}));
  return reply.error.empty() ? Created::kYes : Created::kThereIsOne;
}

Result<bool> AwsSecretsManager::move_label(const std::string& path, std::string_view label, const std::string& from,
                                           const std::string& to) {
  std::string body = about(path) + fmt::format(R"(,"VersionStage":"{}")", label);
  if (!from.empty()) body += fmt::format(R"(,"RemoveFromVersionId":"{}")", from);
  if (!to.empty()) body += fmt::format(R"(,"MoveToVersionId":"{}")", to);
  LK_ASSIGN(const Reply reply, call("UpdateSecretVersionStage", body + "}", {"InvalidParameterException"}));
  return reply.error.empty();
}

Result<AwsCredentials> AwsSecretsManager::credentials() const {
  if (options_.credentials_file.empty()) return copy_of(options_.credentials);
  return read_aws_credentials(options_.credentials_file, options_.profile);
}

Result<AwsSecretsManager::Reply> AwsSecretsManager::call(std::string_view operation, std::string_view body,
                                                         std::initializer_list<std::string_view> expected_errors) {
  LK_ASSIGN(const AwsCredentials by, credentials());
  ManagerRequest request;
  request.url = url_;
  request.headers.emplace_back("Content-Type: application/x-amz-json-1.1");
  request.headers.push_back(fmt::format("X-Amz-Target: secretsmanager.{}", operation));
  if (!by.session_token.empty())
    request.headers.push_back("X-Amz-Security-Token: " + std::string(by.session_token.expose()));
  request.body = body;
  request.aws.emplace(AwsSigning{options_.region, "secretsmanager", by.access_key_id, by.secret_access_key});
  LK_ASSIGN(ManagerAnswer answer, caller_.call(request));
  if (answer.status == 200) return Reply{{}, std::move(answer.body)};
  std::string error = aws_error_name(answer.body.expose());
  if (is_any_of(error, expected_errors)) return Reply{std::move(error), std::move(answer.body)};
  return explain(operation, answer.status, error);
}

std::unexpected<Error> AwsSecretsManager::explain(std::string_view operation, int status,
                                                  const std::string& error) const {
  const std::string title = caller_.title(), detail = fmt::format("{}: status {} {}", operation, status, error);
  const std::string source = options_.credentials_file.empty() ? "the environment" : options_.credentials_file;
  if (is_any_of(error, {"AccessDeniedException", "AccessDenied"})) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("The {} does not let Latchkey do secretsmanager:{} there; allow it in its IAM policy.",
                            title, operation),
                detail);
  }
  if (is_any_of(error, {"ExpiredTokenException", "ExpiredToken"})) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("The {} says that the credentials in {} have ended; renew them.", title, source), detail);
  }
  if (is_any_of(error,
                {"InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"})) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("The {} did not accept the signature; see whether the secret key in {}, the region and "
                            "this machine's clock are right.",
                            title, source),
                detail);
  }
  if (is_any_of(error, {"UnrecognizedClientException", "InvalidClientTokenId", "IncompleteSignature",
                        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized"})) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("The {} does not know the credentials in {}; put valid ones there.", title, source),
                detail);
  }
  if (error == "InvalidRequestException") {
    return fail(
        ErrorCode::kConflict,
        fmt::format("The {} holds this secret as one that is to be deleted; restore it, or choose another path.",
                    title),
        detail);
  }
  if (is_any_of(error, {"EncryptionFailure", "DecryptionFailure"})) {
    return fail(
        ErrorCode::kPermissionDenied,
        fmt::format(
            "The {} could not use its KMS key; see whether the key is enabled and its policy lets Latchkey use it.",
            title),
        detail);
  }
  if (status >= 500 || status == 429 || error.starts_with("Throttling") || error.starts_with("TooManyRequests")) {
    return fail(ErrorCode::kUnavailable, fmt::format("The {} can't answer for now; it will be asked again.", title),
                detail);
  }
  if (error == "LimitExceededException") {
    return fail(ErrorCode::kTooLarge,
                fmt::format("The {} has reached a limit of its account; raise it, or remove secrets.", title), detail);
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} did not take {}; see whether region and endpoint are right.", title, operation),
              detail);
}

}  // namespace latchkey::delivery
