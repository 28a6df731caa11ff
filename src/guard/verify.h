// The verify API: the check, asked from code (POST /v1/api-keys/verify), and a key's question about itself
// (GET /v1/api-key). Both answer on the loop that asks; only the latter reads the store, on the worker pool.
#pragma once
#include "check/check.h"
#include "guard/lanes.h"
#include "net/server.h"
#include "store/key_store.h"

namespace latchkey::guard {

class Verify {
 public:
  Verify(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes, const Clock& clock);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  const check::Checker& checker_;
  const catalog::Catalog& catalog_;
  Lanes& lanes_;
  const Clock& clock_;
};

class OwnApiKey {
 public:
  OwnApiKey(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes, const Clock& clock,
            store::KeyStore& store, net::WorkerPool& pool, std::vector<IpRange> trusted_proxies);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  const check::Checker& checker_;
  const catalog::Catalog& catalog_;
  Lanes& lanes_;
  const Clock& clock_;
  store::KeyStore& store_;
  net::WorkerPool& pool_;
  const std::vector<IpRange> trusted_proxies_;
};

}  // namespace latchkey::guard
