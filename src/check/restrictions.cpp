#include "check/restrictions.h"

namespace latchkey::check {
namespace {

using catalog::Asked;
using catalog::Catalog;
using catalog::Operation;
using catalog::Subject;

constexpr std::size_t kMostNamed = 5;

Ruling denied(DenyReason reason, std::string detail, int status = 0) {
  return {false, reason, status, std::move(detail), false};
}

bool limits(const Permitted& permitted, Subject subject) {
  return subject == Subject::kChannel ? permitted.channels.has_value() : permitted.attributes.has_value();
}

std::string_view noun(Subject subject) { return subject == Subject::kChannel ? "channel" : "attribute"; }

std::string label(const Catalog& catalog, Subject subject, std::size_t index) {
  if (subject == Subject::kAttribute) return catalog.attributes()[index].name;
  const catalog::Channel& channel = catalog.channels()[index];
  return channel.name.empty() ? channel.id : fmt::format("{} ({})", channel.id, channel.name);
}

template <class Set>
std::string list_of(const Catalog& catalog, Subject subject, const Set& set) {
  std::string text;
  std::size_t named = 0, left = set.count();
  for (std::size_t i = 0; i < Set::kSize && named < kMostNamed; ++i) {
    if (!set.contains(i)) continue;
    text += (named == 0 ? "" : ", ") + label(catalog, subject, i);
    ++named;
    --left;
  }
  if (left > 0) text += fmt::format(" and {} more", left);
  return named == 0 ? "none" : text;
}

template <class Set>
std::string permitted_list(const Catalog& catalog, Subject subject, const Set& set) {
  return fmt::format("It may use {}: {}.",
                     set.count() == 1 ? std::string(noun(subject)) : fmt::format("{}s", noun(subject)),
                     list_of(catalog, subject, set));
}

// Names what was asked for beyond what is permitted, if anything.
template <class Set>
std::optional<std::string> beyond(const Catalog& catalog, Subject subject, const Set& asked,
                                  const std::vector<std::string>& unknown, const Set& permitted) {
  if (unknown.empty() && asked.is_subset_of(permitted)) return std::nullopt;
  std::string names;
  std::size_t named = 0;
  for (std::size_t i = 0; i < Set::kSize && named < kMostNamed; ++i) {
    if (!asked.contains(i) || permitted.contains(i)) continue;
    names += (named++ == 0 ? "" : ", ") + label(catalog, subject, i);
  }
  for (const std::string& name : unknown) {
    if (named++ < kMostNamed) names += (names.empty() ? "" : ", ") + name;
  }
  return fmt::format("This API key may not use {} {}. {}", noun(subject), names.empty() ? "\"\"" : names,
                     permitted_list(catalog, subject, permitted));
}

template <class Set>
Ruling judge(const Catalog& catalog, const Operation& operation, Subject subject, const Set& asked,
             const std::vector<std::string>& unknown, bool asked_for_all, const Set& permitted, bool can_filter) {
  const DenyReason reason =
      subject == Subject::kChannel ? DenyReason::kChannelNotPermitted : DenyReason::kAttributeNotPermitted;
  if (auto detail = beyond(catalog, subject, asked, unknown, permitted)) return denied(reason, std::move(*detail));

  const bool named = !asked.empty() && !asked_for_all;
  if (asked_for_all && !operation.answer_filters(subject)) {
    return denied(reason, fmt::format("{} covers every {} when none is named; name one that this API key may use. {}",
                                      operation.id, noun(subject), permitted_list(catalog, subject, permitted)));
  }
  // Where the caller named only what is permitted, the answer holds nothing else.
  if (named || !answer_shows(operation, subject)) return {};
  if (!can_filter) {
    return denied(
        DenyReason::kNotEnforceableHere,
        fmt::format("The answer of {} must be reduced to the {}s of this API key, which this way of asking can't do; "
                    "send the request through Latchkey's gateway.",
                    operation.id, noun(subject)));
  }
  Ruling ruling;
  ruling.filter_answer = true;
  return ruling;
}

// Positional attributes are bound by the query, which was judged; a guard that can filter makes sure of it anyway.
bool has_positional(const Operation& operation) {
  for (const catalog::AnswerPlace& place : operation.answer) {
    if (place.rule == catalog::AnswerRule::kPositional) return true;
  }
  return false;
}

}  // namespace

std::optional<Refusal> refusal_by_network(const registry::Policy& policy, const registry::TenantState& tenant,
                                          const IpAddress& client) {
  const bool inside_key = policy.ip_ranges.empty() || any_contains(policy.ip_ranges, client);
  const bool inside_tenant = tenant.ip_ranges.empty() || any_contains(tenant.ip_ranges, client);
  if (inside_key && inside_tenant) return std::nullopt;
  if (client == IpAddress{}) {
    return Refusal{DenyReason::kAddressNotPermitted,
                   "This API key works from certain networks only, and the caller's address was not given."};
  }
  return Refusal{DenyReason::kAddressNotPermitted,
                 fmt::format("The address {} is in none of the networks that {} permits.", client.to_string(),
                             inside_key ? "the account" : "this API key")};
}

std::optional<Refusal> refusal_by_operation(const Catalog& catalog, const registry::Policy& policy,
                                            const Operation* operation) {
  if (operation == nullptr) {
    if (catalog.options().allow_unknown_operations && policy.operations.count() == catalog.operations().size())
      return std::nullopt;
    return Refusal{DenyReason::kUnknownOperation,
                   "The API has no operation with this method and path; check the spelling and the method."};
  }
  if (policy.operations.contains(operation->index)) return std::nullopt;
  return Refusal{
      DenyReason::kOperationNotPermitted,
      fmt::format("This API key may not call {}; ask an admin of your account for a key that may.", operation->id)};
}

Permitted permitted_for(const registry::Policy& policy, const registry::TenantState& tenant) {
  Permitted permitted = policy.permitted;
  if (policy.takes_tenant_channels && tenant.channels) {
    if (permitted.channels) {
      *permitted.channels &= *tenant.channels;
    } else {
      permitted.channels = tenant.channels;
    }
  }
  return permitted;
}

bool body_matters(const Operation& operation, const Permitted& permitted) {
  for (const catalog::BodyPlace& place : operation.body) {
    if (limits(permitted, place.subject)) return true;
  }
  return false;
}

// Whether some rule of the answer removes rows or members of this subject.
bool answer_shows(const Operation& operation, Subject subject) {
  for (const catalog::AnswerPlace& place : operation.answer) {
    if (place.subject == subject && place.rule != catalog::AnswerRule::kPositional) return true;
  }
  return false;
}

std::optional<std::string> read_asked(const Catalog& catalog, const Operation& operation, const catalog::Match& match,
                                      const catalog::NormalTarget& target, Asked& asked) {
  asked.clear();
  if (auto why = read_path_values(catalog, operation, match.values, asked)) return why;
  return read_query(catalog, operation, target.query, asked);
}

Ruling judge_restrictions(const Catalog& catalog, const Operation* called, const Permitted& permitted,
                          const Request& request, const std::optional<std::string>& unread, Asked& asked) {
  if (called == nullptr) {
    return denied(DenyReason::kUnknownOperation,
                  "An API key that is limited to channels or attributes may call operations of the catalog only.");
  }
  const Operation& operation = *called;
  if (unread) return denied(DenyReason::kAmbiguousRequest, *unread);
  if (body_matters(operation, permitted)) {
    if (request.body_state == BodyState::kUnread)
      return {.need_body = true, .denied = {}, .status = 0, .detail = {}, .filter_answer = false};
    if (request.body_state == BodyState::kHidden) {
      return denied(
          DenyReason::kNotEnforceableHere,
          fmt::format(
              "The body of {} must be read to enforce this API key's restrictions, and this way of asking can't see "
              "it; send the request through Latchkey's gateway.",
              operation.id));
    }
    if (auto problem = read_body(catalog, operation, request.content_type, request.body, asked)) {
      return denied(DenyReason::kRequestUnreadable, std::move(problem->detail), problem->status);
    }
  }

  Ruling ruling;
  if (permitted.channels) {
    Ruling channels = judge(catalog, operation, Subject::kChannel, asked.channels, asked.unknown_channels,
                            asked.every_channel, *permitted.channels, request.can_filter_answer);
    if (channels.denied) return channels;
    ruling.filter_answer = channels.filter_answer;
  }
  if (permitted.attributes) {
    Ruling attributes = judge(catalog, operation, Subject::kAttribute, asked.attributes, asked.unknown_attributes,
                              asked.every_attribute, *permitted.attributes, request.can_filter_answer);
    if (attributes.denied) return attributes;
    ruling.filter_answer |= attributes.filter_answer || (request.can_filter_answer && has_positional(operation));
  }
  return ruling;
}

}  // namespace latchkey::check
