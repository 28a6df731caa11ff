#include "sample_api/data.h"
#include "sample_api/listings.h"

namespace latchkey::sample {
namespace {

constexpr int kExecutionRows = 24'000;
constexpr int kInteractionDays = 60;

// ,"CustomerAttributes":[...] in the order asked, or nothing.
std::string attributes_of(int customer, const Asked& asked) {
  if (asked.attributes.empty()) return {};
  std::string out;
  for (const std::string& name : asked.attributes) out += (out.empty() ? "" : ",") + attribute_json(customer, name);
  return ",\"CustomerAttributes\":[" + out + "]";
}

// What a query chooses rows by, as one number: another day, campaign or channel has other customers.
std::uint64_t seed_of(const Asked& asked) {
  std::uint64_t seed = mix(asked.date) ^ mix(asked.start_date + "/" + asked.end_date);
  for (const std::optional<int>& id :
       {asked.campaign, asked.action, asked.target_group, asked.segment, asked.event, asked.stage, asked.channel}) {
    seed = mix(seed + static_cast<std::uint64_t>(id.value_or(0)));
  }
  return seed;
}

// Customers, one a row, with what `more` says of them; all but the one asked for left out, if one is.
Listing customers(const Asked& asked, int rows, std::function<std::string(int row, std::uint64_t pick)> more) {
  const std::optional<int> only = asked.customer.empty() ? std::nullopt : std::optional(customer_index(asked.customer));
  const std::uint64_t seed = seed_of(asked);
  return list_of(rows, [asked, only, seed, more = std::move(more)](int i) -> Row {
    const int customer = static_cast<int>((seed + static_cast<std::uint64_t>(i)) % kCustomers);
    if (only && *only != customer) return std::nullopt;
    return fmt::format("{{\"CustomerID\":\"{}\",{}{}}}", customer_id(customer),
                       more(i, mix(seed + static_cast<std::uint64_t>(i))), attributes_of(customer, asked));
  });
}

std::string time_of(std::uint64_t pick) {
  return fmt::format("{} {:02}:{:02}:00", day(static_cast<int>(pick % kDays)), 8 + pick % 12, pick / 12 % 4 * 15);
}

int campaign_of(const Asked& asked, std::uint64_t pick) {
  return asked.campaign.value_or(campaign_id(static_cast<int>(pick % kCampaigns)));
}

std::string action_in_campaign(const Asked& asked, std::uint64_t pick) {
  return fmt::format("\"ActionID\":{},\"CampaignID\":{}", asked.action.value_or(static_cast<int>(1 + pick % 60)),
                     campaign_of(asked, pick));
}

Listing changers(const Asked& asked, std::string_view what, int most) {
  return customers(asked, 300, [what, most](int, std::uint64_t pick) {
    const int before = static_cast<int>(pick % static_cast<std::uint64_t>(most));
    return fmt::format("\"Initial{0}\":{1},\"Final{0}\":{2}", what, 1 + before, 1 + (before + 1) % most);
  });
}

}  // namespace

Listing customers_in_campaign(const Asked& asked) {
  return customers(asked, 1'200, [asked](int, std::uint64_t pick) { return action_in_campaign(asked, pick); });
}

Listing last_action(const Asked& asked) {
  const int customer = customer_index(asked.customer);
  return list_of(1, [asked, customer](int) -> Row {
    return fmt::format("{{\"CustomerID\":\"{}\",{}}}", customer_id(customer),
                       action_in_campaign(asked, mix(static_cast<std::uint64_t>(customer))));
  });
}

Listing one_time_actions(const Asked& asked) {
  return list_of(kCustomers, [asked](int i) -> Row {
    const int channel = kChannels[static_cast<std::size_t>(i) % kChannels.size()];
    if (asked.channel && *asked.channel != channel) return std::nullopt;
    return fmt::format("{{\"CustomerID\":\"{}\",\"RecipientGroupID\":1,\"ActionID\":{},\"ChannelID\":{}{}}}",
                       customer_id(i), 10 + i % 30, channel, attributes_of(i, asked));
  });
}

Listing send_details(const Asked& asked) {
  return customers(asked, kCustomers, [](int, std::uint64_t pick) {
    return fmt::format("\"TemplateID\":{},\"ScheduledTime\":\"{}\"", 10 + pick % 40, time_of(pick));
  });
}

Listing execution_details(const Asked& asked) {
  return customers(asked, kExecutionRows, [](int, std::uint64_t pick) {
    return fmt::format("\"ActionID\":{},\"PromoCode\":\"PC{:04}\",\"ScheduleTime\":\"{}\"", 10 + pick % 30,
                       pick % 10'000, time_of(pick));
  });
}

// Of customers whose attribute has the value asked for, if one is.
Listing future_values(const Asked& asked) {
  return list_of(kCustomers, [asked](int i) -> Row {
    if (!asked.attribute.empty()) {
      std::string value = attribute_json(i, asked.attribute);
      if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
      if (value != asked.attribute_value) return std::nullopt;
    } else if (i % 8 != static_cast<int>(seed_of(asked) % 8)) {
      return std::nullopt;
    }
    return fmt::format("{{\"CustomerID\":\"{}\",\"FutureValue\":{}.50}}", customer_id(i),
                       mix(static_cast<std::uint64_t>(i)) % 900);
  });
}

Listing campaign_interactions(const Asked& asked) {
  return customers(asked, 800, [asked](int, std::uint64_t pick) {
    return fmt::format("\"CampaignID\":{},\"EventID\":{}", campaign_of(asked, pick),
                       asked.event.value_or(static_cast<int>(1 + pick % 4)));
  });
}

// One customer's, a day at a time; every channel comes round within a week.
Listing channel_interactions(const Asked& asked) {
  const std::uint64_t person = mix(static_cast<std::uint64_t>(customer_index(asked.customer)));
  return list_of(kInteractionDays, [asked, person](int i) -> Row {
    const std::string date = day(i);
    if ((!asked.start_date.empty() && date < asked.start_date) || (!asked.end_date.empty() && date > asked.end_date))
      return std::nullopt;
    const std::uint64_t pick = mix(person + static_cast<std::uint64_t>(i));
    return fmt::format(
        "{{\"Date\":\"{}\",\"CampaignID\":{},\"RecipientGroupID\":1,\"ActionID\":{},\"ChannelID\":{},\"TemplateID\":{},"
        "\"EventID\":{}}}",
        date, campaign_id(static_cast<int>(pick % kCampaigns)), 20 + pick % 9,
        kChannels[(person + static_cast<std::uint64_t>(i)) % kChannels.size()], 10 + pick % 40, 1 + pick % 4);
  });
}

Listing customer_attributes(const Asked& asked) {
  const int customer = customer_index(asked.customer);
  std::string members;
  for (const std::string_view name : attribute_names()) {
    const bool wanted = asked.attributes.empty() ||
                        std::find(asked.attributes.begin(), asked.attributes.end(), name) != asked.attributes.end();
    if (wanted) members += fmt::format(",\"{}\":{}", name, attribute_json(customer, name));
  }
  return one(fmt::format("{{\"CustomerID\":\"{}\"{}}}", customer_id(customer), members));
}

Listing attribute_changers(const Asked& asked) {
  return list_of(400, [asked, seed = seed_of(asked)](int i) -> Row {
    const int customer = static_cast<int>((seed + static_cast<std::uint64_t>(i)) % kCustomers);
    return fmt::format("{{\"CustomerID\":\"{}\",\"InitialCustomerAttribute\":{},\"FinalCustomerAttribute\":{}{}}}",
                       customer_id(customer),
                       i % 9 == 0 ? "null" : attribute_json(customer + kCustomers, asked.changed_attribute),
                       attribute_json(customer, asked.changed_attribute), attributes_of(customer, asked));
  });
}

Listing microsegment_changers(const Asked& asked) { return changers(asked, "MicrosegmentID", 40); }
Listing value_segment_changers(const Asked& asked) { return changers(asked, "ValueSegmentID", 5); }

Listing customers_by_value_segment(const Asked& asked) {
  return list_of(kCustomers / 5, [asked, seed = seed_of(asked)](int i) -> Row {
    const int customer = static_cast<int>((seed + static_cast<std::uint64_t>(i)) % kCustomers);
    return fmt::format("{{\"CustomerID\":\"{}\"{}}}", customer_id(customer), attributes_of(customer, asked));
  });
}

Listing unsubscribers(const Asked& asked) {
  return customers(asked, 250,
                   [asked](int, std::uint64_t) { return fmt::format("\"BrandID\":{}", asked.brand.value_or(99)); });
}

}  // namespace latchkey::sample
