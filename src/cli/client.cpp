#include "cli/client.h"

#include <curl/curl.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/version.h"

namespace latchkey::cli {
namespace {

constexpr long kConnectTimeoutMs = 5'000;
constexpr long kTimeoutMs = 90'000;
constexpr std::size_t kMaxAnswerBytes = 64 * 1024 * 1024;

std::size_t collect(char* bytes, std::size_t, std::size_t count, void* out) {
  auto& body = *static_cast<std::string*>(out);
  if (body.size() + count > kMaxAnswerBytes) return 0;
  body.append(bytes, count);
  return count;
}

// The header fields of one call. What libcurl copied is wiped with the rest.
class Fields {
 public:
  Fields() = default;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() {
    for (curl_slist* field = list_; field != nullptr; field = field->next) wipe(field->data, std::strlen(field->data));
    curl_slist_free_all(list_);
  }
  void add(std::string field) {
    list_ = curl_slist_append(list_, field.c_str());
    wipe(field);
  }
  curl_slist* list() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

std::string why(CURLcode code, const std::string& base) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("The certificate of {} can't be trusted ({}). Nothing was sent.", base,
                         curl_easy_strerror(code));
    case CURLE_OPERATION_TIMEDOUT: return fmt::format("{} did not answer in time.", base);
    case CURLE_WRITE_ERROR: return fmt::format("The answer of {} is larger than it should ever be.", base);
    default:
      return fmt::format(
          "Nobody answers at {} ({}). Is `latchkey serve` running there? LATCHKEY_URL or --url says where to look.",
          base, curl_easy_strerror(code));
  }
}

}  // namespace

Attempt<Client> Client::connect(const std::string& url) {
  auto client = connect_with_or_without_key(url);
  if (client && client->operator_key_.empty()) {
    return usage("Set LATCHKEY_OPERATOR_KEY to the operator key that `latchkey init` printed.");
  }
  return client;
}

Attempt<Client> Client::connect_with_or_without_key(const std::string& url) {
  auto parsed = parse_server_url(url);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  const char* key = std::getenv("LATCHKEY_OPERATOR_KEY");
  if (key == nullptr) key = "";
  const std::string_view text = key;
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c >= 0x7F; })) {
    return usage("LATCHKEY_OPERATOR_KEY holds a blank or another character that no key has. Paste it again.");
  }
  return Client(std::move(*parsed), Secret::copy_of(text));
}

Attempt<std::string> Client::call(const char* method, const std::string& path, const std::string& json,
                                  const Headers& headers) const {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return std::unexpected(Failure{kUnreachable, "libcurl could not be started."});
  Fields fields;
  if (!operator_key_.empty()) fields.add("Authorization: Bearer " + std::string(operator_key_.expose()));
  fields.add("Accept: application/json");
  fields.add("Expect:");
  if (!json.empty()) fields.add("Content-Type: application/json");
  for (const auto& [name, value] : headers) fields.add(name + ": " + value);

  std::string body;
  const std::string target = url_.base + path;
  curl_easy_setopt(curl.get(), CURLOPT_URL, target.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  // A proxy between this program and loopback would get to read the key.
  if (url_.plain) curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, fmt::format("latchkey/{}", version()).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.list());
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  if (std::string_view(method) != "GET") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, json.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(json.size()));
  }
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return std::unexpected(Failure{kUnreachable, why(code, url_.base)});
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 299) return std::unexpected(failure_of(status, body));
  return body;
}

Failure failure_of(long status, const std::string& body) {
  const auto problem = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!problem.is_object() || !problem.contains("code") || !problem.contains("detail") ||
      !problem["detail"].is_string()) {
    return {kUnreachable,
            fmt::format("Something that is not Latchkey answered with status {}. Check LATCHKEY_URL.", status)};
  }
  Failure failure{kRefused, problem["detail"].get<std::string>(), body};
  if (problem.contains("errors") && problem["errors"].is_array()) {
    for (const auto& error : problem["errors"]) {
      if (!error.is_object()) continue;
      const std::string pointer = error.value("pointer", ""), detail = error.value("detail", "");
      if (detail == failure.sentence) {
        failure.sentence = fmt::format("{}: {}", pointer, detail);
      } else {
        failure.sentence += fmt::format("\n  {}: {}", pointer, detail);
      }
    }
  }
  if (status == 401) failure.sentence += " Check LATCHKEY_OPERATOR_KEY.";
  return failure;
}

}  // namespace latchkey::cli
