// The port to secret managers: where a key's secret is written, so that nobody has to read it. One place holds the
// secrets of one key, the current one at its head.
//
//   auto put = manager.put("latchkey/7/mailer", {.key = key, .tenant = tenant, ..., .secret = secret});
//   if (!put && put.error().code == ErrorCode::kUnavailable) ...   // the same again, later
//
// How it ends:
// - kUnavailable: it may work later, and may even have worked: the answer can have got lost. Do the same again.
// - kConflict: something else stands there, which is never written over. Somebody has to decide.
// - anything else: somebody has to put the configuration, the credentials or a policy right. The same again is safe then,
//   and before.
// Messages are public and name the manager and the place; neither they nor details hold a secret.
//
// Implementations are thread-safe; each call blocks for at most some 15 s for each request that it makes.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/secret.h"
#include "core/ids.h"

namespace latchkey::delivery {

struct HandedSecret {
  KeyId key;
  TenantId tenant;
  std::string nickname;
  std::int64_t generation = 1;  // of the key's secrets: up by one with each
  const Secret& secret;
};

class SecretManager {
 public:
  virtual ~SecretManager() = default;
  // Makes this secret the current one of the place. The same again changes nothing and succeeds. Never replaces a later
  // generation of the key, nor what another key or somebody else put there: kConflict.
  virtual Result<void> put(const std::string& path, const HandedSecret& handed) = 0;
  // Restores what stood there before this generation. Succeeds without a change where this generation does not stand any
  // more, or never did, and an earlier one or nothing does; kConflict where a later one or somebody else's does.
  virtual Result<void> take_back(const std::string& path, KeyId key, std::int64_t generation) = 0;
  // Whether it answers, knows us and could be written to. Writes nothing.
  virtual Result<void> probe() = 0;
};

}  // namespace latchkey::delivery
