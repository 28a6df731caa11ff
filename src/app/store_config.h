// Where a server keeps its keys, and what it is among others that keep them there; from the settings of `latchkey serve`.
#pragma once
#include <cstdint>
#include <string>

#include "base/secret.h"

namespace latchkey::app {

struct StoreConfig {
  std::string data;  // the directory
  Secret url;        // of a PostgreSQL database; empty: files in `data`
  bool shared() const { return !url.empty(); }

  // For a shared one:
  std::string node_name;
  bool denies_when_stale = true;
  std::int64_t max_staleness_ms = 5'000;
  std::int64_t feed_poll_ms = 50;
  bool feed_notify = true;
};

// What --store and its variable take: a URL, or nothing but one.
bool is_store_url(std::string_view text);
// The machine's name, as others know this node.
std::string host_name();

}  // namespace latchkey::app
