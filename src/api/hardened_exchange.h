// An exchange whose answers, whoever writes them, carry the fields that keep browsers from doing harm with them: no
// guessing of content types, no framing, no referrer, HTTPS from now on (when this is HTTPS).
#pragma once
#include "net/server.h"

namespace latchkey::api {

class HardenedExchange final : public net::Exchange {
 public:
  explicit HardenedExchange(net::Exchange& inner) : inner_(inner) {}

  const net::RequestHead& request() const override { return inner_.request(); }
  const net::Peer& peer() const override { return inner_.peer(); }
  bool has_body() const override { return inner_.has_body(); }
  std::optional<std::uint64_t> content_length() const override { return inner_.content_length(); }
  net::Task<Result<std::string_view>> read_body(std::uint64_t max_total) override {
    return inner_.read_body(max_total);
  }
  net::Task<Result<void>> respond(const net::ResponseHead& head, std::string_view body) override;
  net::Task<Result<void>> start(const net::ResponseHead& head, std::optional<std::uint64_t> content_length) override;
  net::Task<Result<void>> write(std::string_view part) override { return inner_.write(part); }
  net::Task<Result<void>> finish() override { return inner_.finish(); }
  bool started() const override { return inner_.started(); }
  void abort() override { inner_.abort(); }

 private:
  net::ResponseHead hardened(const net::ResponseHead& head) const;
  net::Exchange& inner_;
};

}  // namespace latchkey::api
