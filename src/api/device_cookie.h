// A cookie by which a browser shows that someone signed in with it before, as whom, and nothing else: it opens nothing. Its
// attempts to sign in as the same person are counted by themselves, so that whoever guesses passwords behind the same address
// (an office, or a proxy in front of the console) can't keep out people who come back.
//
//   DeviceCookies devices(peppers, random);
//   const auto device = devices.recognise(request.head, email);   // a name for its attempts, if it is one of ours
//   response.headers.emplace_back("Set-Cookie", devices.make(email));
//
// The value is a random id and a MAC over it and the email, under a pepper; nothing is stored. Thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "credential/digest.h"
#include "net/http.h"

namespace latchkey::api {

inline constexpr std::string_view kDeviceCookie = "__Host-latchkey-device";

class DeviceCookies {
 public:
  DeviceCookies(const credential::Peppers& peppers, Random& random) : peppers_(peppers), random_(random) {}
  std::string make(std::string_view email) const;  // a Set-Cookie value
  std::optional<std::string> recognise(const net::RequestHead& head, std::string_view email) const;

 private:
  std::string mac(credential::PepperId pepper, std::string_view id, std::string_view email) const;

  const credential::Peppers& peppers_;
  Random& random_;
};

}  // namespace latchkey::api
