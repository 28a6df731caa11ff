// From an HTTP request to the check's: which fields carry credentials, and which claim another method. Holds the views,
// so it must live as long as the check::Request made from it.
#pragma once
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "guard/client_address.h"
#include "net/http.h"

namespace latchkey::guard {

// A list of views that allocates from the third on.
class FewViews {
 public:
  void add(std::string_view view) {
    if (size_ < first_.size()) {
      first_[size_] = view;
    } else {
      if (size_ == first_.size()) all_.assign(first_.begin(), first_.end());
      all_.push_back(view);
    }
    ++size_;
  }
  std::span<const std::string_view> span() const {
    return size_ <= first_.size() ? std::span(first_.data(), size_) : std::span(all_.data(), size_);
  }

 private:
  std::array<std::string_view, 2> first_;
  std::vector<std::string_view> all_;
  std::size_t size_ = 0;
};

class Inbound {
 public:
  Inbound(const net::RequestHead& head, const Origin& origin);
  // Method, target and body state are the guard's to fill in.
  check::Request request() const;

 private:
  FewViews api_key_fields_;
  FewViews authorization_fields_;
  std::string_view method_override_;
  Origin origin_;
};

// What the caller calls itself, to be kept with its uses; without saying so if that holds a key.
std::string_view harmless_user_agent(std::string_view sent);

// Whether a field is a credential or one of ours, in any spelling that an upstream could take for it ('_' for '-').
bool is_api_key_field(std::string_view name);
bool is_latchkey_field(std::string_view name);

}  // namespace latchkey::guard
