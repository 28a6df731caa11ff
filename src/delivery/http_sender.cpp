#include "delivery/http_sender.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/version.h"
#include "delivery/curl_handle.h"
#include "delivery/public_address.h"

namespace latchkey::delivery {
namespace {

constexpr CurlHandle::Limits kLimits{.connect_ms = 5'000, .total_ms = 15'000};
constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

// Decides, address by address, whether a connection may be made.
struct Judge {
  bool allow_private = false;
  std::string refused;
};

// `addr` is declared as the short kind of address, and followed by what the longer ones need.
std::optional<IpAddress> address_of(const curl_sockaddr& to) {
  if (to.family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&to.addr);
    const auto* b = reinterpret_cast<const std::uint8_t*>(&in->sin_addr);
    return IpAddress::v4(b[0], b[1], b[2], b[3]);
  }
  if (to.family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&to.addr);
    return IpAddress(std::to_array(in->sin6_addr.s6_addr));
  }
  return std::nullopt;
}

curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* to) {
  auto& judge = *static_cast<Judge*>(data);
  const auto address = address_of(*to);
  if (!address || (!judge.allow_private && !is_public(*address))) {
    judge.refused = address ? address->to_string() : "an address of another kind";
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

std::size_t count_and_drop(char*, std::size_t, std::size_t count, void* seen) {
  auto& bytes = *static_cast<std::size_t*>(seen);
  bytes += count;
  return bytes > kMaxAnswerBytes ? 0 : count;
}

std::optional<std::string> judge_status(int status) {
  if (status >= 200 && status < 300) return std::nullopt;
  if (status >= 300 && status < 400) {
    return fmt::format("It answered {}, and redirects are not followed; enter the address that it leads to.", status);
  }
  return fmt::format("It answered {}.", status);
}

}  // namespace

WebhookAnswer HttpSender::send(const WebhookRequest& request, const std::atomic<bool>& abort) {
  const std::int64_t started_ns = clock_.steady_ns();
  CurlHandle curl(kLimits, options_.ca_file, abort);
  Judge judge{options_.allow_private, {}};
  std::size_t seen = 0;
  CurlList headers;
  for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
  headers.add("Expect:");
  curl.set(CURLOPT_URL, request.url.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, options_.allow_private ? "https,http" : "https");
  curl.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(CURLOPT_HTTPHEADER, headers.get());
  const std::string agent = "Latchkey/" + std::string(version());
  curl.set(CURLOPT_USERAGENT, agent.c_str());
  curl.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl.set(CURLOPT_POSTFIELDS, request.body.c_str());
  curl.set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl.set(CURLOPT_OPENSOCKETDATA, &judge);
  curl.set(CURLOPT_WRITEFUNCTION, count_and_drop);
  curl.set(CURLOPT_WRITEDATA, &seen);

  const CURLcode code = curl.perform();
  WebhookAnswer answer;
  answer.duration_ms = (clock_.steady_ns() - started_ns) / 1'000'000;
  answer.aborted = code == CURLE_ABORTED_BY_CALLBACK;
  // An answer that is longer than anybody needs is still an answer.
  const bool cut_off = code == CURLE_WRITE_ERROR && seen > kMaxAnswerBytes;
  if (code == CURLE_OK || cut_off) {
    answer.status_code = static_cast<int>(curl.response_code());
    answer.error = judge_status(*answer.status_code);
  } else if (!judge.refused.empty()) {
    answer.error = fmt::format("Its address {} is not a public one, so nothing was sent.", judge.refused);
  } else {
    answer.error = fmt::format("No answer came: {}.", curl.explain(code));
  }
  return answer;
}

}  // namespace latchkey::delivery
