// What verify answers, written piece by piece: it is asked for as often as any guard, and a tree of JSON values would cost more
// than the check.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.h"
#include "guard/id_text.h"
#include "guard/limit_fields.h"
#include "guard/verify_json.h"

namespace latchkey::guard {
namespace {

// One JSON object, closed when this goes. Names must need no escape.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectText() { out_ += '}'; }
  ObjectText(const ObjectText&) = delete;
  ObjectText& operator=(const ObjectText&) = delete;

  // The value is the caller's to append.
  std::string& field(std::string_view name) {
    out_.append(is_first_ ? "\"" : ",\"").append(name).append("\":");
    is_first_ = false;
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(field(name), value); }
  void truth(std::string_view name, bool value) { field(name) += value ? "true" : "false"; }
  void number(std::string_view name, auto value) {
    const fmt::format_int digits(value);
    field(name).append(digits.data(), digits.size());
  }

 private:
  std::string& out_;
  bool is_first_ = true;
};

// One JSON array of what `append_each(comma)` appends; it calls comma() before each.
void append_list(std::string& out, auto append_each) {
  out += '[';
  append_each([&out, is_first = true]() mutable {
    if (!std::exchange(is_first, false)) out += ',';
  });
  out += ']';
}

void append_standing(std::string& out, const limit::Standing& standing) {
  ObjectText object(out);
  object.text("scope", limit::to_string(standing.scope));
  object.text("name", standing.name.view());
  object.number("limit", standing.requests);
  object.number("remaining", standing.remaining);
  object.truth("violated", standing.violated);
  if (standing.is_quota()) {
    object.text("period", to_string(standing.period));
    object.text("resets_at", format_rfc3339(standing.resets_at));
  } else {
    object.number("window_seconds", standing.window_ms / 1'000);
    object.number("more_after_seconds", limit::whole_seconds(standing.more_after_ns));
  }
}

// Limits or quotas, whichever is asked for, under `name`; nothing if there are none.
void put_standings(ObjectText& object, std::string_view name, const std::vector<limit::Standing>& standings,
                   bool quotas) {
  if (std::ranges::none_of(standings, [&](const limit::Standing& standing) { return standing.is_quota() == quotas; }))
    return;
  std::string& out = object.field(name);
  append_list(out, [&](auto comma) {
    for (const limit::Standing& standing : standings) {
      if (standing.is_quota() != quotas) continue;
      comma();
      append_standing(out, standing);
    }
  });
}

void append_filter(std::string& out, const catalog::Catalog& catalog, const check::Decision& decision) {
  ObjectText filter(out);
  if (decision.permitted.channels) {
    append_list(filter.field("channels"), [&](auto comma) {
      for (std::size_t i = 0; i < catalog.channels().size(); ++i) {
        if (!decision.permitted.channels->contains(i)) continue;
        comma();
        // Numeric channels are canonical decimals of at most 18 digits: numbers of JSON as they are.
        const catalog::Channel& channel = catalog.channels()[i];
        if (channel.numeric) {
          out += channel.id;
        } else {
          append_json_string(out, channel.id);
        }
      }
    });
  }
  if (decision.permitted.attributes) {
    append_list(filter.field("attributes"), [&](auto comma) {
      for (std::size_t i = 0; i < catalog.attributes().size(); ++i) {
        if (!decision.permitted.attributes->contains(i)) continue;
        comma();
        append_json_string(out, catalog.attributes()[i].name);
      }
    });
  }
}

void append_answer(std::string& out, const catalog::Catalog& catalog, const check::Scratch& scratch) {
  const check::Decision& decision = scratch.decision;
  ObjectText object(out);
  object.truth("allowed", decision.allowed());
  object.text("code", decision.allowed() ? std::string_view("allowed") : code(decision.reason));
  object.number("status", decision.status);
  if (!decision.allowed()) object.text("detail", decision.detail);
  put_standings(object, "rate_limits", scratch.standings, false);
  put_standings(object, "quotas", scratch.standings, true);
  if (decision.retry_after_ns) object.number("retry_after_seconds", limit::whole_seconds(*decision.retry_after_ns));
  if (decision.operation != nullptr) object.text("operation", decision.operation->id);
  if (decision.key_known) {
    ObjectText key(object.field("key"));
    key.text("id", IdText(decision.key).view());
    key.text("tenant_id", IdText(decision.tenant).view());
    key.text("access_type", decision.access_type);
  }
  if (decision.allowed() && decision.filter_answer) append_filter(object.field("filter"), catalog, decision);
}

}  // namespace

std::string verify_json(const catalog::Catalog& catalog, const check::Scratch& scratch) {
  std::string out;
  out.reserve(512);
  append_answer(out, catalog, scratch);
  return out;
}

}  // namespace latchkey::guard
