#include "app/readings.h"

#include "telemetry/process_readings.h"

namespace latchkey::app {
namespace {

using telemetry::Kind;
using telemetry::Reading;

template <class Read>
Reading reading(std::string name, std::string help, Kind kind, telemetry::Labels labels, Read read) {
  return {std::move(name), std::move(help), kind, std::move(labels), [read] { return std::optional(static_cast<double>(read())); }};
}

void append_listeners(std::vector<Reading>& out, const ReadingSources& sources) {
  struct Family {
    const char* name;
    const char* help;
    Kind kind;
    std::uint64_t net::ServerCounters::* counter;
  };
  static constexpr Family kFamilies[] = {
      {"latchkey_connections_open", "Open connections, by listener.", Kind::kGauge, &net::ServerCounters::open_connections},
      {"latchkey_connections_refused_total", "Connections closed on arrival because too many were open, by listener.", Kind::kCounter,
       &net::ServerCounters::refused_connections},
      {"latchkey_bad_requests_total", "Messages that were no valid HTTP and so no request, by listener.", Kind::kCounter,
       &net::ServerCounters::bad_requests},
  };
  for (const Family& family : kFamilies) {
    for (const auto& [listener, server] : sources.listeners) {
      out.push_back(reading(family.name, family.help, family.kind, {{"listener", listener}},
                            [server, counter = family.counter] { return server->counters().*counter; }));
    }
  }
}

void append_node(std::vector<Reading>& out, const ReadingSources& sources) {
  const Node& node = sources.node;
  out.push_back(reading("latchkey_feed_position", "How far this node follows the feed of changes.", Kind::kGauge, {},
                        [&follower = sources.follower] { return follower.position(); }));
  out.push_back(reading("latchkey_feed_behind_seconds", "For how long this node has not known that it misses no change.", Kind::kGauge, {},
                        [&node] { return node.behind_seconds(); }));
  out.push_back(reading("latchkey_node_stale", "1 while this node relies on nothing it knows.", Kind::kGauge, {},
                        [&node] { return node.state() == Node::State::kStale ? 1 : 0; }));
  out.push_back({"latchkey_lease_seconds", "For how long this node may still rely on what it knows, if nothing is heard.", Kind::kGauge, {},
                 [&node] { return node.lease_seconds(); }});
}

}  // namespace

std::vector<Reading> readings_of(const ReadingSources& sources) {
  std::vector<Reading> out = {
      reading("latchkey_keys", "API keys that this node knows, in any state.", Kind::kGauge, {},
              [&registry = sources.registry] { return registry.key_count(); }),
      reading("latchkey_limited_subjects", "Keys and rate classes with something in a window now.", Kind::kGauge, {},
              [&limiter = sources.limiter] { return limiter.subjects(); }),
      reading("latchkey_limiter_memory_bytes", "Memory that rate limits hold, in bytes.", Kind::kGauge, {},
              [&limiter = sources.limiter] { return limiter.memory_bytes(); }),
      reading("latchkey_usage_lost_total", "Uses of keys that could not be recorded, for want of room.", Kind::kCounter, {},
              sources.usage_lost),
      reading("latchkey_exposures_dropped_total", "Requests that exposed a key and could not be noted, for want of room.",
              Kind::kCounter, {}, sources.exposures_dropped),
      reading("latchkey_access_log_dropped_total", "Lines that the access log could not take or write.", Kind::kCounter, {},
              [log = sources.access_log] { return log == nullptr ? 0 : log->dropped(); }),
  };
  append_node(out, sources);
  append_listeners(out, sources);
  out.insert(out.end(), sources.more.begin(), sources.more.end());
  for (Reading& each : telemetry::process_readings("/proc")) out.push_back(std::move(each));
  return out;
}

}  // namespace latchkey::app
