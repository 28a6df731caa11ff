#include "guard/relay_headers.h"

#include <initializer_list>

#include "catalog/catalog.h"
#include "guard/field_name.h"
#include "guard/inbound.h"
#include "guard/trace_context.h"

namespace latchkey::guard {
namespace {

bool is_one_of(const net::Header& field, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (is_named(field, name)) return true;
  }
  return false;
}

// The check took a Bearer token, if there was one, for the key; other schemes are the upstream's business.
bool is_bearer(std::string_view value) {
  static constexpr std::string_view kScheme = "Bearer";
  return value.size() >= kScheme.size() && catalog::equal_ignoring_ascii_case(value.substr(0, kScheme.size()), kScheme);
}

// All Connection fields as one list: what each of them names concerns one hop only.
template <class Head>
std::string connection_options(const Head& head) {
  std::string options;
  for (const net::Header& field : head.headers) {
    if (is_named(field, "Connection")) options.append(options.empty() ? "" : ", ").append(field.value);
  }
  return options;
}

}  // namespace

std::vector<net::Header> fields_for_upstream(const net::RequestHead& head, const CallerFacts& facts, bool whole_answer) {
  const std::string connection = connection_options(head);
  const bool traced = !trace_id_of(head).empty();
  std::vector<net::Header> fields;
  fields.reserve(head.headers.size() + 8);
  for (const net::Header& field : head.headers) {
    if (net::is_hop_by_hop(field.name, connection) || is_api_key_field(field.name) || is_latchkey_field(field.name)) continue;
    if (is_one_of(field, {"Host", "Content-Length", "Expect", "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Proto",
                               "X-Forwarded-Host", "X-Forwarded-Port", "Forwarded", "X-Real-IP"})) {
      continue;
    }
    // Fields by which some upstreams let a caller name another method or address than the one that was checked.
    if (is_one_of(field, {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Original-URI",
                               "X-Rewrite-URL", "X-Original-Method", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Prefix"})) {
      continue;
    }
    if (is_named(field, "Authorization") && is_bearer(field.value)) continue;
    if (!traced && is_trace_field(field.name)) continue;
    if (whole_answer && is_one_of(field, {"Accept-Encoding", "Range", "If-Range"})) continue;
    fields.push_back(field);
  }
  if (whole_answer) fields.push_back({"Accept-Encoding", "identity"});
  fields.push_back({"X-Forwarded-For", facts.forwarded_for});
  fields.push_back({"X-Forwarded-Proto", facts.forwarded_proto});
  if (!facts.forwarded_host.empty()) fields.push_back({"X-Forwarded-Host", facts.forwarded_host});
  fields.push_back({"X-Request-Id", facts.request_id});
  fields.push_back({"X-Latchkey-Key-Id", facts.key});
  fields.push_back({"X-Latchkey-Tenant", facts.tenant});
  fields.push_back({"X-Latchkey-Access-Type", facts.access_type});
  return fields;
}

std::vector<net::Header> fields_for_caller(const net::ResponseHead& head, std::string_view request_id,
                                           const LimitFields& limits, bool rewritten) {
  const std::string connection = connection_options(head);
  std::vector<net::Header> fields;
  fields.reserve(head.headers.size() + 1);
  for (const net::Header& field : head.headers) {
    if (net::is_hop_by_hop(field.name, connection) || is_latchkey_field(field.name)) continue;
    if (is_one_of(field, {"Content-Length", "X-Request-Id"})) continue;
    if (!limits.empty() && is_one_of(field, {"RateLimit", "RateLimit-Policy"})) continue;
    if (rewritten && is_one_of(field, {"ETag", "Last-Modified", "Accept-Ranges", "Content-MD5", "Digest", "Content-Digest",
                                            "Repr-Digest", "Trailer"})) {
      continue;
    }
    fields.push_back(field);
  }
  fields.push_back({"X-Request-Id", request_id});
  limits.append_to(fields);
  return fields;
}

}  // namespace latchkey::guard
