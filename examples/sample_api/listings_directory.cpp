#include "sample_api/data.h"
#include "sample_api/listings.h"

namespace latchkey::sample {
namespace {

constexpr int kActions = 60, kTargetGroups = 20, kSegments = 5, kTemplates = 30;

// How the members are called, and what the names begin with.
struct Kind {
  std::string_view id, name, word;
};

constexpr Kind kAction = {"ActionID", "ActionName", "Action"};
constexpr Kind kTargetGroup = {"TargetGroupID", "TargetGroupName", "Group"};
constexpr Kind kValueSegment = {"ValueSegmentID", "ValueSegmentName", "Segment"};

std::string entry(const Kind& kind, int number) {
  return fmt::format("{{\"{}\":{},\"{}\":\"{} {}\"}}", kind.id, number, kind.name, kind.word, number);
}

Listing directory(const Kind& kind, int count) {
  return list_of(count, [kind](int i) -> Row { return entry(kind, 1 + i); });
}

// The one of this id or name; the first, if neither is given.
Listing find(const Kind& kind, std::optional<int> id, const std::string& name, int count) {
  return list_of(count, [kind, id, name](int i) -> Row {
    const bool found = id ? *id == 1 + i : name.empty() ? i == 0 : name == fmt::format("{} {}", kind.word, 1 + i);
    return found ? Row(entry(kind, 1 + i)) : std::nullopt;
  });
}

}  // namespace

Listing last_data_update(const Asked&) { return one("{\"Date\":\"" + day(kDays) + "\"}"); }

Listing event_listeners(const Asked&) {
  return list_of(2, [](int i) -> Row {
    return fmt::format("{{\"EventTypeID\":{0},\"ListenerURL\":\"https://listener.example/{0}\"}}", 1 + i);
  });
}

Listing attribute_list(const Asked&) {
  return list_of(static_cast<int>(attribute_names().size()), [](int i) -> Row {
    return fmt::format("{{\"RealFieldName\":\"{0}\",\"Description\":\"The customer's {0}\"}}",
                       attribute_names()[static_cast<std::size_t>(i)]);
  });
}

Listing lifecycle_stages(const Asked&) { return directory({"StageID", "StageName", "Stage"}, 5); }
Listing microsegments(const Asked&) { return directory({"MicrosegmentID", "MicrosegmentName", "Microsegment"}, 40); }
Listing actions(const Asked&) { return directory(kAction, kActions); }
Listing one_action(const Asked& asked) { return find(kAction, asked.action, asked.name, kActions); }

Listing actions_of_target_group(const Asked& asked) {
  return list_of(8, [group = asked.target_group.value_or(1)](int i) -> Row {
    return entry(kAction, 1 + (group * 7 + i) % kActions);
  });
}

Listing action_details(const Asked& asked) {
  return list_of(8, [group = asked.target_group.value_or(1)](int i) -> Row {
    const int action = 1 + (group * 7 + i) % kActions;
    return fmt::format("{{\"ActionID\":{},\"ActionDetails\":\"{} percent off, for a week\"}}", action,
                       5 + action % 6 * 5);
  });
}

Listing target_groups(const Asked& asked) {
  return list_of(kTargetGroups, [seed = mix(asked.date)](int i) -> Row {
    return mix(seed + static_cast<std::uint64_t>(i)) % 3 == 0 ? std::nullopt : Row(entry(kTargetGroup, 1 + i));
  });
}

Listing one_target_group(const Asked& asked) {
  return find(kTargetGroup, asked.target_group, asked.name, kTargetGroups);
}

Listing target_group_details(const Asked&) {
  return list_of(kTargetGroups, [](int i) -> Row {
    return fmt::format("{{\"TargetGroupID\":{0},\"TargetGroupName\":\"Group {0}\",\"TargetGroupPriority\":{0}}}",
                       1 + i);
  });
}

Listing value_segments(const Asked&) { return directory(kValueSegment, kSegments); }
Listing one_value_segment(const Asked& asked) { return find(kValueSegment, asked.segment, asked.name, kSegments); }

// Each belongs to one channel.
Listing templates(const Asked& asked) {
  return list_of(kTemplates, [asked](int i) -> Row {
    const bool other_channel =
        asked.channel && *asked.channel != kChannels[static_cast<std::size_t>(i) % kChannels.size()];
    if (other_channel || (asked.template_id && *asked.template_id != 1 + i)) return std::nullopt;
    return fmt::format("{{\"TemplateID\":{0},\"TemplateName\":\"Template {0}\",\"AppID\":\"app{1}\"}}", 1 + i,
                       100 + i % 4);
  });
}

Listing promotions(const Asked&) {
  return list_of(25, [](int i) -> Row {
    return fmt::format("{{\"PromoCode\":\"PC{:04}\",\"PromotionName\":\"Promotion {}\"}}", 1 + i, 1 + i);
  });
}

}  // namespace latchkey::sample
