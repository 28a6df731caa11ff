#include "check/observe.h"

#include "check/restrictions.h"

namespace latchkey::check {
namespace {

using catalog::Operation;
using catalog::Subject;

bool has_body_place(const Operation& operation, Subject subject) {
  return std::ranges::any_of(operation.body, [&](const catalog::BodyPlace& place) { return place.subject == subject; });
}

// Whether a request without a body asks for everything by that.
bool absence_asks_for_all(const Operation& operation, Subject subject) {
  return std::ranges::any_of(operation.body, [&](const catalog::BodyPlace& place) {
    return place.subject == subject && place.when_absent == catalog::WhenAbsent::kEverything;
  });
}

struct Marks {
  bool all = false, unread = false;
};

template <class Set>
Marks marks_of(const Operation& operation, Subject subject, const Set& named, const std::vector<std::string>& unknown,
               bool asked_for_all, const Request& request, bool body_was_read) {
  const bool no_body = request.body_state == BodyState::kNone;
  Marks marks;
  // Where nothing is named, an answer that shows the subject holds everything of it.
  marks.all = asked_for_all || (named.empty() && answer_shows(operation, subject)) ||
              (no_body && absence_asks_for_all(operation, subject));
  marks.unread = !unknown.empty() || (!no_body && !body_was_read && has_body_place(operation, subject));
  return marks;
}

}  // namespace

usage::Observed observe(const catalog::Catalog& catalog, const registry::Policy& policy, const Permitted& permitted,
                        const Request& request, Scratch& scratch) {
  usage::Observed seen;
  if (request.method.empty() || policy.access_type == registry::kNoAccessType) return seen;
  const Operation* const operation = scratch.decision.operation;
  if (operation == nullptr) {
    seen.mark(ObservedKind::kUnknownOperation);
    return seen;
  }
  const catalog::AccessType& type = catalog.access_types()[policy.access_type];
  const bool channels = type.takes(catalog::RestrictionKind::kChannels),
             attributes = type.takes(catalog::RestrictionKind::kAttributes);
  if (!channels && !attributes) return seen;
  if (!operation->concerns(Subject::kChannel) && !operation->concerns(Subject::kAttribute)) return seen;

  const catalog::Asked& asked = scratch.asked;
  if (scratch.unread) {
    // A restriction to either would refuse what has no single reading.
    seen.mark(ObservedKind::kUnreadChannels);
    seen.mark(ObservedKind::kUnreadAttributes);
    return seen;
  }
  const bool body_was_read = request.body_state == BodyState::kRead && body_matters(*operation, permitted);
  if (channels) {
    const Marks marks = marks_of(*operation, Subject::kChannel, asked.channels, asked.unknown_channels,
                                 asked.every_channel, request, body_was_read);
    if (!asked.channels.empty()) seen.channels = &asked.channels;
    if (marks.all) seen.mark(ObservedKind::kAllChannels);
    if (marks.unread) seen.mark(ObservedKind::kUnreadChannels);
  }
  if (attributes) {
    const Marks marks = marks_of(*operation, Subject::kAttribute, asked.attributes, asked.unknown_attributes,
                                 asked.every_attribute, request, body_was_read);
    if (!asked.attributes.empty()) seen.attributes = &asked.attributes;
    if (marks.all) seen.mark(ObservedKind::kAllAttributes);
    if (marks.unread) seen.mark(ObservedKind::kUnreadAttributes);
  }
  return seen;
}

}  // namespace latchkey::check
